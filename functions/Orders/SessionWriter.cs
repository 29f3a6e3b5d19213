using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders;

/// <summary>What a request wants of a session.</summary>
/// <param name="IsDone">True for a session that it has led to already.</param>
/// <param name="Decide">The session that it leads to from another.</param>
public sealed record SessionWish(
    Func<StoredSession, bool> IsDone, Func<StoredSession, CancellationToken, Task<Result<Session>>> Decide);

/// <summary>Writes sessions: reads, decides, marks, writes, and does what was decided.</summary>
public sealed class SessionWriter(
    SessionTable sessions, SessionSteps steps, SessionPlaces places, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's kind of work for sessions that may have been left unfinished.</summary>
    public const string DueKind = "session";

    // Long enough that the request itself is done by then.
    private static readonly TimeSpan SweepAfter = TimeSpan.FromMinutes(1);

    /// <summary>Brings a session where somebody wants it, in as many steps as that takes. What another has begun is
    /// finished first. Fails with what the wish fails with, contention.</summary>
    public async Task<Result<Session>> PutAsync(SessionKey key, SessionWish wish, CancellationToken cancel)
    {
        DueItem? mark = null;
        StoredSession? worked = null;
        var written = await Contention.RetryAsync<StoredSession>(
            async c =>
            {
                var stored = await sessions.FindAsync(key, c);
                if (stored.Session?.Intent is not null) return await steps.FinishAsync(worked = stored, c);
                if (wish.IsDone(stored)) return stored;
                var next = await wish.Decide(stored, c);
                if (!next.Try(out var session, out var error)) return error;
                if (session.Intent is not null)
                {
                    // What the session has taught is told before it may be forgotten.
                    await steps.TellAsync(stored, c);
                    mark = await due.MarkAsync(DueKind, key.ToString(), clock.GetUtcNow() + SweepAfter, c);
                }

                if (await PlaceAsync(stored, session, c) is not { } head) return null;
                return session.Intent is null ? head : await steps.FinishAsync(worked = head, c);
            },
            cancel);
        if (!written.Try(out var head, out var refused)) return refused;
        await steps.UnlearnAsync(head, worked, cancel);
        if (!wish.IsDone(head)) return await PutAsync(key, wish, cancel);
        await steps.TellAsync(head, cancel);
        if (mark is not null) await due.RemoveAsync(mark, cancel);
        return head.Session!;
    }

    /// <summary>What the same wish would lead to, with nothing written.</summary>
    public async Task<Result<Session>> EvaluateAsync(SessionKey key, SessionWish wish, CancellationToken cancel)
    {
        var stored = await sessions.FindAsync(key, cancel);
        if (wish.IsDone(stored)) return stored.Session!;
        var next = await wish.Decide(stored, cancel);
        return next.Map(n => n.Intent is not { } intent ? n
            : SessionDecision.Complete(n, [.. intent.Points.Select(PointsEffects.Foreseen)]));
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
}
