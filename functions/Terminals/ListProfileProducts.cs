using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Lists what a customer bought, product by product in the order of their names. Reads all sales and payments
/// of the customer for each page.</summary>
public sealed class ListProfileProducts(ProfileDirectory profiles, SessionHistory sessions, PaymentHistory payments)
{
    private const int ReadSize = 1000;

    /// <summary>One product.</summary>
    /// <param name="Name">What it was called last.</param>
    /// <param name="Sku">The seller's name for it.</param>
    /// <param name="Transactions">In how many orders and payments.</param>
    /// <param name="Count">How many were bought.</param>
    /// <param name="Returned">How many of them were given back.</param>
    /// <param name="TotalSpent">On all that were bought, before discounts on the whole order and refunds.</param>
    public sealed record Item(
        string? Name, string? Sku, int Transactions, long Count, long Returned, IReadOnlyList<MoneyAnswer> TotalSpent);

    [Function(nameof(ListProfileProducts))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/products")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        var query = new QueryFields(http.Query);
        var (limit, after) = (query.Limit(), query.Cursor());
        if (!query.Finish(() => limit).Try(out _, out var error)) return Problem.From(error);
        var read = await profiles.ReadAsync(caller.Environment, id, cancel);
        if (!read.Try(out var stored, out error)) return Problem.From(error);

        var products = await AddUpAsync(caller.Environment, stored.Keys, cancel);
        var found = products.List.Where(p => after is null || string.CompareOrdinal(p.Position, after) > 0)
            .Take(limit + 1).ToList();
        return Answer.Ok(new Page<Item>(
            [.. found.Take(limit).Select(Of)], found.Count > limit ? Cursor.Write(found[limit - 1].Position) : null));
    }

    private static Item Of(PurchasedProduct product) => new(
        product.Name, product.Sku, product.Transactions, product.Count, product.Returned,
        [.. product.Spent.Select(s => new MoneyAnswer(s.Value, s.Key))]);

    private async Task<PurchasedProducts> AddUpAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel)
    {
        var products = new PurchasedProducts();
        await foreach (var (position, sale) in sessions.ReadSalesAsync(environment, keys, null, ReadSize, cancel))
            foreach (var line in sale.Counts ? sale.Lines : [])
                products.Add(new BoughtThing(
                    line.Sku, line.Name, line.Quantity, line.Quantity * line.UnitPrice, sale.Summary.Currency, position)
                {
                    Returned = line.Returned,
                });
        await foreach (var (position, payment) in payments.ReadAsync(environment, keys, null, ReadSize, cancel))
            foreach (var item in ItemsOf(payment))
                products.Add(new BoughtThing(
                    item.Sku, item.Name, item.Quantity, item.Quantity * item.UnitPrice,
                    payment.Facts.Completed!.Currency, position));
        return products;
    }

    // What was cancelled was not bought; what was refunded was, as in the customer's figures.
    private static IEnumerable<PaidItem> ItemsOf(Payment payment) =>
        payment.Facts.Completed is { } paid && PaymentSummary.Of(payment.Facts).Status != PaymentStatus.Cancelled
            ? paid.Items
            : [];
}
