using System.Text.Json;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Loyalty.Domain;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>What other systems learn of a wallet's new entries.</summary>
internal static class WalletEvents
{
    // A notice names the first of them; its sum is of all.
    private const int NoticeItemsMax = 50;

    /// <summary>The events of a draft, and of a notice beside it.</summary>
    public static IReadOnlyList<DomainEvent> Of(LoadedWallet wallet, Draft draft, ExpiringNotice? notice)
    {
        var events = new List<DomainEvent>();
        var tier = wallet.State.Standing.Tier;
        foreach (var entry in draft.Entries)
        {
            if (entry.Kind != EntryKind.TierReviewed) events.Add(PointsOf(wallet.Id, entry));
            if (entry.Standing is not { } standing) continue;
            if (standing.Tier != tier) events.Add(TierOf(wallet.Id, entry, tier));
            tier = standing.Tier;
        }

        if (notice is not null) events.Add(NoticeOf(wallet.Id, notice, draft.Now));
        return events;
    }

    private static DomainEvent PointsOf(WalletId wallet, LedgerEntry entry) => new(
        "points." + JsonNamingPolicy.KebabCaseLower.ConvertName(entry.Kind.ToString()),
        entry.EffectiveAt,
        new
        {
            wallet.Program,
            wallet.Owner,
            entry.Seq,
            entry.Ledger,
            entry.Points,
            entry.ActiveAt,
            entry.ExpiresAt,
            entry.Origin,
            Balance = entry.BalanceAfter,
        },
        entry.ChangeId);

    private static DomainEvent TierOf(WalletId wallet, LedgerEntry entry, string? from) => new(
        "tier.changed",
        entry.EffectiveAt,
        new { wallet.Program, wallet.Owner, entry.Seq, From = from, To = entry.Standing!.Tier },
        entry.ChangeId);

    private static DomainEvent NoticeOf(WalletId wallet, ExpiringNotice notice, DateTimeOffset now) => new(
        "points.expiring",
        now,
        new
        {
            wallet.Program,
            wallet.Owner,
            Points = notice.Items.Sum(i => i.Points),
            Items = notice.Items.Take(NoticeItemsMax),
        });
}
