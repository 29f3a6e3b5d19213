using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Events;

/// <summary>Lets events wait again that were given up for a subscription. Safe to repeat: those that wait already are
/// no longer among them.</summary>
public sealed class ReplayDeliveries(SubscriptionBook book, DeadDeliveries dead)
{
    private const int EventIdLength = 32;

    private sealed record Request(IReadOnlyList<string>? EventIds);

    /// <summary>How many wait again, and whether more were given up than one request takes.</summary>
    public sealed record Response(int Replayed, bool More);

    [Function(nameof(ReplayDeliveries))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "events/subscriptions/{name}/replay")]
        HttpRequest http,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var body = await http.ReadJsonOrEmptyAsync(cancel);
        if (!body.Then(JsonFields.Of).Then(Read).Try(out var request, out var error)) return Problem.From(error);
        if (await book.FindAsync(caller.Environment, name, cancel) is not { } subscription)
            return Problem.From(EventsErrors.NotFound);
        var (replayed, more) = request.EventIds is { } some
            ? (await dead.ReplayAsync(caller.Environment, subscription.Id, some, cancel), false)
            : await dead.ReplayAllAsync(caller.Environment, subscription.Id, cancel);
        return Answer.Accepted(new Response(replayed, more));
    }

    private static Result<Request> Read(JsonFields body)
    {
        var ids = body.Texts("eventIds", DeadDeliveries.ReplayedMax, EventIdLength, id =>
            id.Length == EventIdLength && id.All(char.IsAsciiHexDigitLower) ? null : "It must be the id of an event.");
        return body.Finish(() => new Request(body.Has("eventIds") ? [.. ids.Distinct()] : null));
    }
}
