using System.Collections.Immutable;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders;

/// <summary>
/// Carries out what a close has decided. Every step has its own change id made from the intent's, so whoever finds a
/// session closing, the same request again, the next one or the sweeper, may go through all of them once more.
/// </summary>
public sealed class SessionClosing(
    SessionTable sessions,
    PointsLedger ledger,
    ProfileDirectory profiles,
    FingerprintBook book,
    SessionPlaces places,
    IEnumerable<ILearnedFingerprints> listeners)
{
    /// <summary>The points that a close of this order awards now, in every program that applies.</summary>
    public static ImmutableArray<Award> AwardsOf(IEnumerable<LoyaltyProgram> programs, SessionContent content) =>
        [.. programs.Select(p => new Award(p.Name, p.Earn.PointsFor(content.Total, content.Currency).Hundredths))
            .Where(a => a.Hundredths > 0)
            .OrderBy(a => a.Program, StringComparer.Ordinal)];

    /// <summary>The points that a close of this order awards now to the wallet of a card; none when they would be
    /// nothing.</summary>
    public static Award? AwardOf(LoyaltyProgram program, SessionContent content, AwardedCard card) =>
        AwardsOf([program], content).Select(a => a with { Card = card }).FirstOrDefault();

    /// <summary>Does all steps and completes the session. A lost race is a fault that <see cref="Contention"/> knows.
    /// Fails with: contention.</summary>
    public async Task<Result<StoredSession>> FinishAsync(StoredSession stored, CancellationToken cancel)
    {
        var session = stored.Session!;
        foreach (var fingerprint in session.Intent!.Fingerprints)
            await book.LearnAsync(Card(stored, fingerprint), Link(session), cancel);
        var effects = await AwardAsync(stored, cancel);
        if (!effects.Try(out var awarded, out var error)) return error;
        if (session.Customer is { } customer)
            await profiles.RecordPurchaseAsync(
                stored.Key.Environment, ProfileKey.Parse(customer.Key), PurchaseOf(session),
                Change.Of(session.Intent.Id).Step("figures"), cancel);
        var closed = await places.CloseAsync(stored.Key, SessionDecision.Complete(session, awarded), cancel);
        return await sessions.WriteAsync(stored, closed, cancel, Closed(closed));
    }

    /// <summary>Cuts the cards that a close has taught although its customer was erased meanwhile. Nothing happens for
    /// any other session.</summary>
    /// <param name="stored">The session as it is.</param>
    /// <param name="taught">The session as the close knew it; null when it did not get that far.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task UnlearnAsync(StoredSession stored, StoredSession? taught, CancellationToken cancel)
    {
        if (stored.Session is not { IsErased: true }) return;
        foreach (var fingerprint in taught?.Session?.Intent?.Fingerprints ?? [])
            await book.ForgetAsync(Card(stored, fingerprint), Link(taught!.Session!), cancel);
    }

    /// <summary>Tells the areas above of the cards that a closed session taught. May be told again.</summary>
    public async Task TellAsync(StoredSession stored, CancellationToken cancel)
    {
        foreach (var fingerprint in stored.Session?.Intent?.Fingerprints ?? [])
            foreach (var listener in listeners)
                await listener.LearnedAsync(Card(stored, fingerprint), Link(stored.Session!), cancel);
    }

    private static FingerprintKey Card(StoredSession stored, string fingerprint) =>
        FingerprintKey.Of(stored.Key.Environment, fingerprint);

    private static FingerprintLink Link(Session session) =>
        new(session.Intent!.Id, session.Customer!.Key, session.Intent.At);

    private static Purchase PurchaseOf(Session session) => new(
        Orders: 1, session.Content.Total, session.Content.Currency, session.Content.Discount, session.Intent!.At);

    private static DomainEvent Closed(Session session) => DomainEvent.Of(
        new SessionClosed(
            session.SessionId, session.Application, session.Customer?.Key, session.Content.Channel,
            session.Content.Store, session.Content.Total, session.Content.Currency,
            [
                .. session.Effects.Where(e => e.Points is not null)
                    .Select(e => new PointsAwarded(e.Program, e.Points, e.Entry)),
            ]),
        session.ClosedAt!.Value, session.Intent!.Id);

    private async Task<Result<List<Effect>>> AwardAsync(StoredSession stored, CancellationToken cancel)
    {
        var effects = new List<Effect>();
        foreach (var award in stored.Session!.Intent!.Awards)
        {
            if ((award.Card?.Key ?? stored.Session.Customer?.Key) is not { } owner) continue;
            var wallet = new WalletId(stored.Key.Environment, award.Program, owner);
            var answer = await AddAsync(stored, wallet, award, cancel);
            if (answer.Error is { Kind: ErrorKind.Busy } busy) return busy;
            effects.Add(EffectOf(award, answer));
        }

        return effects;
    }

    private Task<Result<LedgerAnswer>> AddAsync(
        StoredSession stored, WalletId wallet, Award award, CancellationToken cancel)
    {
        var session = stored.Session!;
        var grant = new Grant(
            new Points(award.Hundredths), Origins.Session(session.Application, session.SessionId),
            session.Intent!.By)
        {
            Session = session.SessionId,
            Rule = EarnRule.Name,
            EffectiveAt = session.Intent.At,
        };
        return ledger.AddAsync(wallet, grant, Change.Of(session.Intent.Id).Step(StepOf(award)), cancel);
    }

    private static string StepOf(Award award) =>
        award.Card is null ? $"points|{award.Program}" : $"points|{award.Program}|{award.Card.Key}";

    // A program that was closed between the decision and the step awards nothing; the order stays closed.
    private static Effect EffectOf(Award award, Result<LedgerAnswer> answer) => answer.Try(out var added, out var error)
        ? new Effect("points-awarded")
        {
            Program = award.Program,
            Points = award.Hundredths / 100m,
            Entry = added.Entry.Seq,
            Card = award.Card?.Code,
        }
        : new Effect("points-refused") { Program = award.Program, Reason = error.Code, Card = award.Card?.Code };
}
