using CustomerFunctions.Access;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders;

/// <summary>Writes sessions: reads, decides, marks, writes, and finishes a close.</summary>
public sealed class SessionWriter(
    SessionTable sessions, CustomerFinder finder, SessionAwards awards, SessionClosing closing,
    SessionPlaces places, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's kind of work for closes that may have been left unfinished.</summary>
    public const string DueKind = "session";

    // Long enough that the request itself is done by then.
    private static readonly TimeSpan SweepAfter = TimeSpan.FromMinutes(1);

    /// <summary>Brings a session where the request wants it. The same request again gives the same session.
    /// Fails with: invalid, illegal-move, contention.</summary>
    public async Task<Result<Session>> PutAsync(
        Caller caller, SessionKey key, string sessionId, SessionRequest request, CancellationToken cancel)
    {
        DueItem? mark = null;
        StoredSession? taught = null;
        var written = await Contention.RetryAsync<StoredSession>(
            async c =>
            {
                var stored = await sessions.FindAsync(key, c);
                if (stored.Session?.State == SessionState.Closing)
                    return await closing.FinishAsync(taught = stored, c);
                if (SessionDecision.IsRepeat(stored.Session, request)) return stored;
                var next = await DecideAsync(caller, stored, sessionId, request, isDry: false, c);
                if (!next.Try(out var session, out var error)) return error;
                if (session.State == SessionState.Closing)
                    mark = await due.MarkAsync(DueKind, key.ToString(), clock.GetUtcNow() + SweepAfter, c);
                if (await PlaceAsync(stored, session, c) is not { } head) return null;
                return session.State == SessionState.Closing
                    ? await closing.FinishAsync(taught = head, c)
                    : head;
            },
            cancel);
        if (!written.Try(out var head, out var refused)) return refused;
        await closing.UnlearnAsync(head, taught, cancel);
        if (!SessionDecision.IsRepeat(head.Session, request))
            return await PutAsync(caller, key, sessionId, request, cancel);
        await closing.TellAsync(head, cancel);
        if (mark is not null) await due.RemoveAsync(mark, cancel);
        return head.Session!;
    }

    /// <summary>What the same request would lead to, with nothing written.</summary>
    public async Task<Result<Session>> EvaluateAsync(
        Caller caller, SessionKey key, string sessionId, SessionRequest request, CancellationToken cancel)
    {
        var stored = await sessions.FindAsync(key, cancel);
        if (SessionDecision.IsRepeat(stored.Session, request)) return stored.Session!;
        var next = await DecideAsync(caller, stored, sessionId, request, isDry: true, cancel);
        return next.Map(n => n.Intent is null ? n : SessionDecision.Complete(n, SessionDecision.Foreseen(n.Intent)));
    }

    // The customer's list comes before the session and the other customer's after it. Null when the customer is gone.
    private async Task<StoredSession?> PlaceAsync(StoredSession stored, Session next, CancellationToken cancel)
    {
        if (!await places.ListAsync(stored, next, cancel)) return null;
        var leaving = await places.LeavingAsync(stored, next, cancel);
        var head = await sessions.WriteAsync(stored, next, cancel);
        await places.LeaveAsync(leaving, cancel);
        return head;
    }

    private async Task<Result<Session>> DecideAsync(
        Caller caller, StoredSession stored, string sessionId, SessionRequest request, bool isDry,
        CancellationToken cancel)
    {
        if (SessionDecision.Refusal(stored.Session, request) is { } refusal) return refusal;
        var customer = await finder.FindAsync(caller.App, stored.Key, request, isDry, cancel);
        if (!customer.Try(out var found, out var error)) return error;
        var awarded = await awards.OfAsync(caller, request, found, isDry, cancel);
        if (!awarded.Try(out var points, out error)) return error;
        var asking = new Asking(
            sessionId, caller.App.Name, caller.Name, Hash.Hex("close", stored.Key.ToString()), clock.GetUtcNow());
        return SessionDecision.Next(stored.Session, request, found, points, asking);
    }
}
