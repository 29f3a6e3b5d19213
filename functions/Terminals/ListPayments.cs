using System.Text.Json;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Lists an environment's payments, those known last first; of one card, those that happened first first. A
/// page may be short while there are more.</summary>
public sealed class ListPayments(
    PaymentTable payments, PaymentIndex index, FingerprintBook book, PaymentAnswers answers)
{
    private sealed record Query(
        bool? IsLinked, string? Fingerprint, PaymentStatus? Status, string? Application, int Limit, string? After);

    // A row of the index has when the payment became known, one of a card when it was paid.
    private sealed record Found(PaymentKey Key, DateTimeOffset At, string Position);

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
            fields.Flag("linked"), fields.Text("fingerprint"), Status(fields), fields.Text("application"),
            fields.Limit(), fields.Cursor());
        return fields.Finish(() => query);
    }

    private static PaymentStatus? Status(QueryFields fields)
    {
        var words = Enum.GetValues<PaymentStatus>()
            .ToDictionary(s => JsonNamingPolicy.KebabCaseLower.ConvertName($"{s}"));
        return fields.Choice("status", [.. words.Keys]) is { } word ? words[word] : null;
    }

    // Rows of an index may outlive what they pointed to: the payment itself has the last word.
    private static bool Wants(Query query, Found found, Payment payment) =>
        (query.Fingerprint is null
            ? found.At == payment.KnownAt
            : payment.IsFiledAt(found.At) && payment.Facts.Completed?.Fingerprint == query.Fingerprint)
        && (query.IsLinked is null || query.IsLinked == payment.Outcome.ProfileKey is not null)
        && (query.Application is null || query.Application == payment.Application)
        && (query.Status is null || query.Status == PaymentSummary.Of(payment.Facts).Status);

    private async Task<List<Found>> FindAsync(Caller caller, Query query, CancellationToken cancel)
    {
        var environment = caller.Environment;
        if (query.Fingerprint is { } fingerprint)
        {
            var card = FingerprintKey.Of(environment, fingerprint);
            var rows = await book.ListPaymentsAsync(card, query.After, query.Limit + 1, cancel);
            return [.. rows.Select(r => new Found(new PaymentKey(environment, r.Payment), r.OccurredAt, r.Position))];
        }

        var list = query.IsLinked == false ? PaymentLists.Unlinked(environment) : PaymentLists.All(environment);
        var listed = await index.ReadAsync([list], query.After, query.Limit + 1, cancel);
        return [.. listed.Select(r => new Found(new PaymentKey(environment, r.Id), r.At, r.Position))];
    }
}
