using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>What sessions say that customers bought and earned.</summary>
public sealed class RecordedSessions(SessionHistory history, SessionTable sessions, TimeProvider clock)
    : IEarningRecords
{
    private const int PageSize = 1000;

    // Whatever is being done is done by then, by its request or by the sweeper.
    private static readonly TimeSpan UnderwayMax = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public string OriginKind => Origins.SessionKind;

    /// <inheritdoc/>
    public async IAsyncEnumerable<EarningRecord> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        var sales = new Dictionary<(string, string), string>();
        await foreach (var (_, sale) in history.ReadSalesAsync(environment, keys, null, PageSize, cancel))
            sales[(sale.Summary.Application, sale.Summary.SessionId)] = Json.Write(sale);
        await foreach (var session in history.ReadWholeAsync(environment, keys, cancel))
        {
            sales.Remove((session.Application, session.SessionId), out var sale);
            yield return Of(session, keys, sale);
        }

        // A sale of nothing: it would be shown though no session tells of it.
        foreach (var (application, sessionId) in sales.Keys)
            yield return new EarningRecord(
                NameOf(application, sessionId), Origins.Session(application, sessionId), [],
                ImmutableDictionary<string, long>.Empty)
            {
                Faults = ["It is listed as sold, and there is no such session of the customer."],
            };
    }

    /// <inheritdoc/>
    public async Task<EarningRecord?> FindAsync(
        AppEnvironment environment, Origin origin, IReadOnlyList<ProfileKey> keys, CancellationToken cancel)
    {
        var key = new SessionKey(environment, origin.Id[(origin.Id.LastIndexOf('/') + 1)..]);
        return (await sessions.FindAsync(key, cancel)).Session is { } session
            ? new EarningRecord(NameOf(session.Application, session.SessionId), origin, [], PointsOf(session, keys))
            : null;
    }

    private EarningRecord Of(Session session, IReadOnlyList<ProfileKey> keys, string? sale) => new(
        NameOf(session.Application, session.SessionId),
        Origins.Session(session.Application, session.SessionId), [.. PurchasesOf(session)], PointsOf(session, keys))
    {
        Faults = [.. FaultsOf(session, sale)],
    };

    private static IEnumerable<Purchase> PurchasesOf(Session session)
    {
        if (session.Close is not { } close || session.State == SessionState.Cancelled) yield break;
        var content = session.Content;
        yield return new Purchase(1, content.Total, content.Currency, content.Discount, close.At)
        {
            Channel = content.Channel,
        };
        foreach (var back in session.Returns)
            yield return new Purchase(0, 0, content.Currency, -back.Amounts.Discount, back.At)
            {
                Channel = content.Channel,
                RefundedMinor = back.Amounts.Net,
            };
    }

    private static Dictionary<string, long> PointsOf(Session session, IReadOnlyList<ProfileKey> keys)
    {
        var owners = keys.Select(k => k.ToString()).ToHashSet(StringComparer.Ordinal);
        return session.Tallies.Where(t => owners.Contains(t.Owner)).GroupBy(t => t.Program)
            .ToDictionary(g => g.Key, g => g.Sum(t => t.Earned - t.Taken), StringComparer.Ordinal);
    }

    private IEnumerable<string> FaultsOf(Session session, string? sale)
    {
        if (session.Intent is { } intent && clock.GetUtcNow() - intent.At > UnderwayMax)
            yield return $"Its {intent.Move} was begun and is not finished.";
        var expected = session.Close is null ? null : Json.Write(SessionSale.Of(session));
        if (session.Intent is null && sale != expected) yield return "It is listed as sold in another way than it was.";
    }

    private static string NameOf(string application, string sessionId) => $"session {sessionId} of {application}";
}
