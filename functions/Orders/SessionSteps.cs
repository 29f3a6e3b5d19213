using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>
/// Carries out what was decided for a session: cards, points, the customer's list, figures, completion, in this order.
/// Every step has its own change id made from the intent's, so whoever finds a session with an intent, the same request
/// again, the next one or the sweeper, may go through all of them once more.
/// </summary>
public sealed class SessionSteps(
    SessionTable sessions,
    PointsLedger ledger,
    FingerprintBook book,
    SessionPlaces places,
    SessionFigures figures,
    IEnumerable<ILearnedFingerprints> listeners)
{
    /// <summary>Does all steps and completes the session. Null when somebody else has done so, and a lost race is a
    /// fault that <see cref="Shared.Storage.Contention"/> knows. Fails with: contention.</summary>
    public async Task<Result<StoredSession>?> FinishAsync(StoredSession stored, CancellationToken cancel)
    {
        var session = stored.Session!;
        foreach (var fingerprint in session.Intent!.Fingerprints)
            await book.LearnAsync(Card(stored, fingerprint), LinkOf(session, session.Intent), cancel);
        var moved = await MovePointsAsync(stored, cancel);
        if (!moved.Try(out var done, out var error)) return error;
        var after = await places.PlaceAsync(stored, SessionDecision.Complete(session, done), cancel);
        if (after is null) return null;
        await figures.CountAsync(stored.Key.Environment, session, cancel);
        return await sessions.WriteAsync(stored, after, cancel, SessionNews.Of(session, after));
    }

    /// <summary>Cuts the cards that a close has taught although its customer was erased meanwhile. Nothing happens for
    /// any other session.</summary>
    /// <param name="stored">The session as it is.</param>
    /// <param name="taught">The session as the close knew it; null when it did not get that far.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task UnlearnAsync(StoredSession stored, StoredSession? taught, CancellationToken cancel)
    {
        if (stored.Session is not { IsErased: true } || taught?.Session?.Intent is not { } intent) return;
        foreach (var fingerprint in intent.Fingerprints)
            await book.ForgetAsync(Card(stored, fingerprint), LinkOf(taught.Session, intent), cancel);
    }

    /// <summary>Tells the areas above of the cards that a closed session taught. May be told again.</summary>
    public async Task TellAsync(StoredSession stored, CancellationToken cancel)
    {
        if (stored.Session is not { Close: { } close, Customer: { } customer }) return;
        foreach (var fingerprint in close.Fingerprints)
            foreach (var listener in listeners)
                await listener.LearnedAsync(
                    Card(stored, fingerprint), new FingerprintLink(close.Id, customer.Key, close.At), cancel);
    }

    private static FingerprintKey Card(StoredSession stored, string fingerprint) =>
        FingerprintKey.Of(stored.Key.Environment, fingerprint);

    private static FingerprintLink LinkOf(Session session, SessionIntent intent) =>
        new(intent.Id, session.Customer!.Key, intent.At);

    private async Task<Result<List<PointsDone>>> MovePointsAsync(StoredSession stored, CancellationToken cancel)
    {
        var done = new List<PointsDone>();
        foreach (var step in stored.Session!.Intent!.Points)
        {
            var answer = step.Hundredths == 0 ? (Result<LedgerAnswer>?)null : await MoveAsync(stored, step, cancel);
            if (answer?.Error is { Kind: ErrorKind.Busy } busy) return busy;
            done.Add(PointsEffects.Of(step, answer));
        }

        return done;
    }

    private Task<Result<LedgerAnswer>> MoveAsync(StoredSession stored, PointsStep step, CancellationToken cancel)
    {
        var (session, intent) = (stored.Session!, stored.Session!.Intent!);
        var wallet = new WalletId(stored.Key.Environment, step.Program, step.Owner);
        var origin = Origins.Session(session.Application, session.SessionId);
        var points = new Points(step.Hundredths);
        var change = Change.Of(intent.Id).Step(step.Name());
        return step.Kind switch
        {
            PointsStepKind.GiveBack => ledger.GiveBackAsync(
                wallet, new GiveBack(points, origin, intent.By) { Ledger = step.Ledger }, change, cancel),
            PointsStepKind.TakeBack => ledger.TakeBackAsync(
                wallet, new TakeBack(points, origin, intent.By) { Ledger = step.Ledger }, change, cancel),
            _ => ledger.AddAsync(
                wallet,
                new Grant(points, origin, intent.By)
                {
                    Ledger = step.Ledger,
                    Session = session.SessionId,
                    Rule = EarnRule.Name,
                    EffectiveAt = intent.At,
                },
                change, cancel),
        };
    }
}
