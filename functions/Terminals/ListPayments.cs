using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Terminals.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Lists an environment's payments, those known last first; of one card, those that happened first first. A
/// page may be short while there are more.</summary>
public sealed class ListPayments(
    PaymentTable payments, PaymentIndex index, FingerprintBook book, PaymentAnswers answers)
{
    private sealed record Query(bool? IsLinked, string? Fingerprint, int Limit, string? After);

    private sealed record Found(PaymentKey Key, DateTimeOffset? KnownAt, string Position);

    [Function(nameof(ListPayments))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "payments")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var query, out var error)) return Problem.From(error);
        var found = await FindAsync(caller, query, cancel);
        var page = found.Take(query.Limit).ToList();
        var stored = new List<StoredPayment>();
        foreach (var part in page.Chunk(StorageAtOnce.Max))
            stored.AddRange(await Task.WhenAll(part.Select(f => payments.FindAsync(f.Key, cancel))));
        var wanted = stored.Zip(page)
            .Where(p => p.First.Payment is { } payment && Wants(query, p.Second, payment))
            .Select(p => p.First.Payment!);
        var items = await answers.OfAsync(caller.Environment, [.. wanted], cancel);
        return Answer.Ok(new Page<PaymentAnswer>(
            items, found.Count > query.Limit ? Cursor.Write(page[^1].Position) : null));
    }

    private static Result<Query> Read(QueryFields fields)
    {
        var query = new Query(
            fields.Flag("linked"), fields.Text("fingerprint"), fields.Limit(), fields.Cursor());
        return fields.Finish(() => query);
    }

    // Rows of an index may outlive what they pointed to: the payment itself has the last word.
    private static bool Wants(Query query, Found found, Domain.Payment payment) =>
        (found.KnownAt is null || found.KnownAt == payment.KnownAt)
        && (query.IsLinked is null || query.IsLinked == payment.Outcome.ProfileKey is not null)
        && (query.Fingerprint is null || payment.Facts.Completed?.Fingerprint == query.Fingerprint);

    private async Task<List<Found>> FindAsync(Caller caller, Query query, CancellationToken cancel)
    {
        var environment = caller.Environment;
        if (query.Fingerprint is { } fingerprint)
        {
            var card = FingerprintKey.Of(environment, fingerprint);
            var rows = await book.ListPaymentsAsync(card, query.After, query.Limit + 1, cancel);
            return [.. rows.Select(
                r => new Found(new PaymentKey(environment, r[(r.LastIndexOf('|') + 1)..]), null, r))];
        }

        var list = query.IsLinked == false ? PaymentLists.Unlinked(environment) : PaymentLists.All(environment);
        var listed = await index.ReadAsync([list], query.After, query.Limit + 1, cancel);
        return [.. listed.Select(r => new Found(new PaymentKey(environment, r.Id), r.At, r.Position))];
    }
}
