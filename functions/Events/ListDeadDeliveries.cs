using System.Text.Json;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Events;

/// <summary>Lists the events that were given up for a subscription, in the order of their ids.</summary>
public sealed class ListDeadDeliveries(SubscriptionBook book, DeliveriesTable deliveries)
{
    // Each holds a whole event.
    private const int LimitMax = 50;

    private sealed record Item(
        string EventId, string Type, string Subject, long Sequence, int Attempts, DateTimeOffset? LastAttemptAt,
        int? LastStatus, string? Reason, DateTimeOffset? DiedAt, JsonElement Event);

    [Function(nameof(ListDeadDeliveries))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "events/subscriptions/{name}/dead")]
        HttpRequest http,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var query = new QueryFields(http.Query);
        var (limit, after) = (query.Limit(LimitMax), query.Cursor());
        if (!query.Finish(() => limit).Try(out _, out var error)) return Problem.From(error);
        if (await book.FindAsync(caller.Environment, name, cancel) is not { } subscription)
            return Problem.From(EventsErrors.NotFound);

        var found = await deliveries.ReadDeadAsync(caller.Environment, subscription.Id, after, limit + 1, cancel);
        var items = found.Take(limit).Select(Of).ToList();
        return Answer.Ok(new Page<Item>(items, found.Count > limit ? Cursor.Write(items[^1].EventId) : null));
    }

    private static Item Of(StoredDelivery stored)
    {
        var d = stored.Delivery;
        using var json = JsonDocument.Parse(stored.Event);
        return new Item(
            d.EventId, d.Type, d.Subject, d.Sequence, d.Attempts, d.LastAttemptAt, d.LastStatus, d.Reason, d.DiedAt,
            json.RootElement.Clone());
    }
}
