using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>What became of one customer of a bulk order; kept as one letter.</summary>
public enum TagOutcome
{
    /// <summary>The customer has the tag now.</summary>
    Added,

    /// <summary>The customer has the tag no more.</summary>
    Removed,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>There is no such customer.</summary>
    NotFound,

    /// <summary>The customer has as many tags as can be.</summary>
    TooManyTags,

    /// <summary>Others wrote to the customer for too long; the same order may be given again under another key.
    /// </summary>
    Contention,
}

/// <summary>A bulk order for one tag.</summary>
/// <param name="Add">Integration ids of customers who get it.</param>
/// <param name="Remove">Integration ids of customers who lose it.</param>
public sealed record TagOrder(IReadOnlyList<string> Add, IReadOnlyList<string> Remove)
{
    /// <summary>Most customers of one order.</summary>
    public const int CustomersMax = 1000;

    /// <summary>The customers in the order of their outcomes, each with what is wanted.</summary>
    public IReadOnlyList<(string Id, bool Add)> Steps => [.. Add.Select(id => (id, true)),
        .. Remove.Select(id => (id, false))];

    /// <summary>Reads an order. Fails with: invalid, naming every wrong field.</summary>
    public static Result<TagOrder> Read(JsonFields body)
    {
        var add = body.Texts("add", CustomersMax, IntegrationId.LengthMax, IntegrationId.Fault);
        var remove = body.Texts("remove", CustomersMax, IntegrationId.LengthMax, IntegrationId.Fault);
        if (add.Count + remove.Count is 0 or > CustomersMax && !body.HasErrors)
            body.Refuse("add", $"There must be 1 to {CustomersMax} customers in 'add' and 'remove' together.");
        if (add.Concat(remove).Distinct(StringComparer.Ordinal).Count() < add.Count + remove.Count)
            body.Refuse("remove", "Each customer may be named once.");
        return body.Finish(() => new TagOrder(add, remove));
    }
}
