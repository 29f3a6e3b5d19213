using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Customers;

/// <summary>Tells whether anything hangs on a customer: points, orders, payments, cards, notes. It asks what every area
/// would tell of the customer, so an area that is added is asked as well.</summary>
public sealed class CustomerUse(IEnumerable<IDescribes> areas)
{
    // What every customer has.
    private static readonly string[] OfEveryone = ["profile", "audit"];

    /// <summary>True when some area knows something of the customer. A few calls for each area.</summary>
    public async Task<bool> IsUsedAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        foreach (var area in areas.Where(a => !OfEveryone.Contains(a.Section)))
        {
            var part = await area.DescribeAsync(environment, [key], cancel);
            if (part is IAsyncEnumerable<object> many)
            {
                if (await many.AnyAsync(cancel)) return true;
            }
            else if (part is not null) return true;
        }

        return false;
    }
}
