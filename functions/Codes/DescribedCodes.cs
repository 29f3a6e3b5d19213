using CustomerFunctions.Codes.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Codes;

/// <summary>Which codes a customer was sent lately, without anything that would let one be used.</summary>
public sealed class DescribedCodes(CodesTable codes) : IDescribes
{
    /// <summary>One purpose.</summary>
    public sealed record Item(
        string Purpose, IReadOnlyList<DateTimeOffset> AskedAt, DateTimeOffset? SentAt, DateTimeOffset? ExpiresAt,
        int Tries, bool Used);

    /// <inheritdoc/>
    public string Section => "codes";

    /// <inheritdoc/>
    public async Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel)
    {
        var items = new List<Item>();
        foreach (var key in keys)
            foreach (var (address, state, _) in await codes.ListAsync(environment, key, cancel))
                items.Add(new Item(
                    // Whose claim it is for is another customer's business.
                    address.Row.Split(':')[0], [.. state.Asks.Select(a => a.At)], state.Issued?.At,
                    state.Issued?.ExpiresAt, state.Issued?.Tries ?? 0, state.Issued?.UsedBy is not null));
        return items.Count == 0 ? null : items;
    }
}
