using System.Collections.Immutable;
using CustomerFunctions.Access;
using CustomerFunctions.Attributes;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Orders;

/// <summary>Which session a request names, and who asks.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="SessionId">The caller's name for the session.</param>
/// <param name="Key">Where it lies.</param>
/// <param name="IsDry">Nothing may be written.</param>
public sealed record SessionOrder(Caller Caller, string SessionId, SessionKey Key, bool IsDry)
{
    /// <summary>The order of a request.</summary>
    public static SessionOrder Of(Caller caller, string sessionId, bool isDry) =>
        new(caller, sessionId, SessionKey.Of(caller.Environment, caller.App.Name, sessionId), isDry);
}

/// <summary>Turns requests into what they want of a session: looks up what a decision needs, and lets the domain
/// decide.</summary>
public sealed class SessionWishes(
    CustomerFinder finder, SessionAwards awards, SessionPoints points, AttributeCatalog attributes, TimeProvider clock)
{
    /// <summary>A session in a state, perhaps with a content. Reopening with a content takes two steps.</summary>
    public SessionWish ToBe(SessionOrder order, SessionRequest request) => new(
        stored => SessionDecision.IsRepeat(stored.Session, request),
        (stored, cancel) => DecideAsync(order, request, stored.Session, cancel));

    /// <summary>Some lines of a session given back.</summary>
    public SessionWish ToReturn(SessionOrder order, ImmutableArray<ReturnedLine> lines, ReturnKey key) => new(
        stored => stored.Session is { Intent: null } session
            && session.ReturnKeys.Any(k => k.ChangeId == key.ChangeId && k.BodyHash == key.BodyHash),
        (stored, cancel) => ReturnAsync(order, lines, key, stored.Session, cancel));

    // Fails with: invalid, illegal-move, card-replaced, contention.
    private async Task<Result<Session>> DecideAsync(
        SessionOrder order, SessionRequest request, Session? session, CancellationToken cancel)
    {
        if (SessionDecision.Refusal(session, request) is { } refusal) return refusal;
        if (request.Content is { } content && await FaultsAsync(order, content, cancel) is { Count: > 0 } faults)
            return Error.Invalid(faults);
        var asking = AskingOf(order);
        if (SessionDecision.IsRollback(session, request))
            return SessionDecision.RollBack(
                session!, request, await points.OfAsync(order.Key.Environment, session!, cancel), asking);
        var customer = await finder.FindAsync(order, request, cancel);
        if (!customer.Try(out var found, out var error)) return error;
        var owner = request.Content is null ? session!.Customer : found;
        var awarded = await awards.OfAsync(order.Caller, request, owner, order.IsDry, cancel);
        return awarded.Map(worth => SessionDecision.Next(session, request, found, worth, asking));
    }

    // Fails with: not-found, illegal-move, invalid, over-return, too-many-returns, idempotency-key-reused.
    private async Task<Result<Session>> ReturnAsync(
        SessionOrder order, ImmutableArray<ReturnedLine> lines, ReturnKey key, Session? session,
        CancellationToken cancel)
    {
        if (session is null) return OrdersErrors.NoSession;
        if (session.ReturnKeys.Any(k => k.ChangeId == key.ChangeId)) return OrdersErrors.KeyReused;
        if (SessionReturns.Refusal(session, lines) is { } refusal) return refusal;
        var shares = await points.OfAsync(order.Key.Environment, session, cancel);
        return SessionReturns.Next(
            session, lines, key, shares, SessionPoints.In(session.Content.Currency), AskingOf(order));
    }

    private Asking AskingOf(SessionOrder order) => new(
        order.SessionId, order.Caller.App.Name, order.Caller.Name, order.Key.ToString(), clock.GetUtcNow());

    private async Task<List<FieldError>> FaultsAsync(
        SessionOrder order, SessionContent content, CancellationToken cancel)
    {
        if (content.Attributes.Count == 0 && content.Items.All(i => i.Attributes.Count == 0)) return [];
        var environment = order.Key.Environment;
        var ofSessions = await attributes.SchemaAsync(environment, AttributeEntity.Session, cancel);
        var ofItems = await attributes.SchemaAsync(environment, AttributeEntity.Item, cancel);
        return
        [
            .. ofSessions.Faults(content.Attributes, stored: null, "/attributes"),
            .. content.Items.SelectMany((line, i) =>
                ofItems.Faults(line.Attributes, stored: null, $"/items/{i}/attributes")),
        ];
    }
}
