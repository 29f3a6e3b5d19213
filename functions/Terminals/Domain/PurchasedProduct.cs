using System.Collections.Immutable;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>A thing that was bought once.</summary>
/// <param name="Sku">The seller's name for it, or null.</param>
/// <param name="Name">What it is called, or null.</param>
/// <param name="Quantity">How many.</param>
/// <param name="AmountMinor">For all of them, before discounts on the whole order.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Transaction">In which order or payment; only compared.</param>
public sealed record BoughtThing(
    string? Sku, string? Name, long Quantity, long AmountMinor, string Currency, string Transaction)
{
    /// <summary>How many of them were given back.</summary>
    public long Returned { get; init; }
}

/// <summary>What a customer bought of one product.</summary>
/// <param name="Name">What it was called last.</param>
/// <param name="Sku">The seller's name for it; products without one are told apart by their name.</param>
/// <param name="Transactions">In how many orders and payments.</param>
/// <param name="Count">How many of it.</param>
/// <param name="Spent">Minor units by currency.</param>
public sealed record PurchasedProduct(
    string? Name, string? Sku, int Transactions, long Count, ImmutableSortedDictionary<string, long> Spent)
{
    /// <summary>How many of it were given back.</summary>
    public long Returned { get; init; }

    /// <summary>Its place in the list: by name, without case.</summary>
    public string Position => $"{(Name ?? Sku ?? "").ToUpperInvariant()}|{Sku}|{Name}";
}

/// <summary>Adds up what was bought, thing by thing, newest first. Grows with the number of products only.</summary>
public sealed class PurchasedProducts
{
    private readonly Dictionary<string, Sum> _products = new(StringComparer.Ordinal);

    /// <summary>The products in the order of their places.</summary>
    public IEnumerable<PurchasedProduct> List => _products.Values
        .Select(s => new PurchasedProduct(s.Name, s.Sku, s.Transactions, s.Count, s.Spent) { Returned = s.Returned })
        .OrderBy(p => p.Position, StringComparer.Ordinal);

    /// <summary>Adds one thing. Things of one transaction come one after the other.</summary>
    public void Add(BoughtThing thing)
    {
        if (thing.Sku is null && thing.Name is null) return;
        var id = thing.Sku is null ? "name|" + thing.Name : "sku|" + thing.Sku;
        if (!_products.TryGetValue(id, out var sum)) _products[id] = sum = new Sum { Sku = thing.Sku };
        sum.Name ??= thing.Name;
        if (sum.Last != thing.Transaction) sum.Transactions++;
        sum.Last = thing.Transaction;
        sum.Count += thing.Quantity;
        sum.Returned += thing.Returned;
        sum.Spent = sum.Spent.SetItem(
            thing.Currency, sum.Spent.GetValueOrDefault(thing.Currency) + thing.AmountMinor);
    }

    private sealed class Sum
    {
        public string? Sku { get; init; }

        public string? Name { get; set; }

        public int Transactions { get; set; }

        public long Count { get; set; }

        public long Returned { get; set; }

        public string? Last { get; set; }

        public ImmutableSortedDictionary<string, long> Spent { get; set; } =
            ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    }
}
