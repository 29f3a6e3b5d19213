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
            if (EntryTold.Of(wallet.Id, entry) is { } told)
                events.Add(DomainEvent.Of(told, entry.EffectiveAt, entry.ChangeId));
            if (entry.Standing is not { } standing) continue;
            if (standing.Tier != tier) events.Add(TierOf(wallet.Id, entry, tier));
            tier = standing.Tier;
        }

        if (notice is not null) events.Add(NoticeOf(wallet.Id, notice, draft.Now));
        return events;
    }

    private static DomainEvent TierOf(WalletId wallet, LedgerEntry entry, string? from) => DomainEvent.Of(
        new TierChanged(wallet.Program, wallet.Owner, entry.Seq, from, entry.Standing!.Tier),
        entry.EffectiveAt, entry.ChangeId);

    private static DomainEvent NoticeOf(WalletId wallet, ExpiringNotice notice, DateTimeOffset now) => DomainEvent.Of(
        new PointsExpiring(
            wallet.Program, wallet.Owner, notice.Items.Sum(i => i.Points), [.. notice.Items.Take(NoticeItemsMax)]),
        now);
}
