namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Points that end together.</summary>
/// <param name="Ledger">In which ledger.</param>
/// <param name="ExpiresAt">The last second in which they can be spent; null for never.</param>
/// <param name="Points">How many.</param>
public sealed record Expiration(string Ledger, DateTimeOffset? ExpiresAt, Points Points);

/// <summary>What notices of points that will expire have told of.</summary>
/// <param name="UpTo">Ends up to here,</param>
/// <param name="Seq">of points that came in by this entry.</param>
public sealed record ToldOf(DateTimeOffset UpTo, long Seq);

/// <summary>What will end when.</summary>
public static class Expirations
{
    /// <summary>Everything active, soonest first, unlimited last. The sum is the active balance.</summary>
    public static IReadOnlyList<Expiration> Of(WalletState settled, string ledger) => Grouped(
        settled.Lots.Where(l => l.IsActive && (ledger == Ledgers.All || l.Ledger == ledger)));

    /// <summary>When a notice of points that will expire is due next, or null.</summary>
    /// <param name="state">The wallet.</param>
    /// <param name="told">What has been told of; null for nothing.</param>
    /// <param name="days">How many days ahead to tell; 0 for not at all.</param>
    public static DateTimeOffset? NoticeDueAt(WalletState state, ToldOf? told, int days) =>
        days == 0 ? null : Untold(state, told).Min(l => l.EndsAt)?.AddDays(-days);

    /// <summary>What to tell of now; empty for nothing.</summary>
    public static IReadOnlyList<Expiration> ToNotice(
        WalletState state, ToldOf? told, int days, DateTimeOffset now) => days == 0
        ? []
        : Grouped(Untold(state, told).Where(l => l.EndsAt > now && l.EndsAt <= now.AddDays(days)));

    private static IEnumerable<Lot> Untold(WalletState state, ToldOf? told) =>
        state.Lots.Where(l => l.EndsAt is { } end && (told is null || end > told.UpTo || l.Seq > told.Seq));

    private static List<Expiration> Grouped(IEnumerable<Lot> lots) =>
    [
        .. lots.GroupBy(l => (l.Ledger, l.Expiry))
            .Select(g => new Expiration(g.Key.Ledger, g.Key.Expiry, g.Sum(l => l.Remaining)))
            .OrderBy(e => e.ExpiresAt ?? DateTimeOffset.MaxValue).ThenBy(e => e.Ledger, StringComparer.Ordinal),
    ];
}
