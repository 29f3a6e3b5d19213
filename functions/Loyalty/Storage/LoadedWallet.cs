using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>A wallet as it was read, with what a write needs to know of its rows.</summary>
/// <param name="Id">Which wallet.</param>
/// <param name="State">What its entries add up to.</param>
/// <param name="Head">Its head row; null before the first write.</param>
/// <param name="Pages">The lot pages beyond the head's own, with the lots that they hold.</param>
/// <param name="DueSlots">The minutes for which the due index already lists it.</param>
public sealed record LoadedWallet(
    WalletId Id, WalletState State, TableEntity? Head, IReadOnlyList<LotPage> Pages,
    ImmutableHashSet<DateTimeOffset> DueSlots)
{
    /// <summary>Change ids that the head remembers.</summary>
    public const int RecentMax = 64;

    /// <summary>Bytes of one remembered change id.</summary>
    public const int RecentBytes = 8;

    /// <summary>Why nothing may be earned or spent here; null when it may.</summary>
    public string? Seal => Head?.GetString("Seal") is { Length: > 0 } seal ? seal : null;

    /// <summary>The owner whose wallet this one was merged into; null for a wallet of its own.</summary>
    public string? MergedInto => Head?.GetString("MergedInto");

    /// <summary>Owners whose wallets were merged into this one, oldest merge first.</summary>
    public ImmutableArray<string> Absorbed => AbsorbedOf(Head);

    /// <summary>As <see cref="Absorbed"/>, from a head.</summary>
    public static ImmutableArray<string> AbsorbedOf(TableEntity? head) =>
        [.. (head?.GetString("Absorbed") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>The midnight at which the chain will next be anchored, as far as is listed.</summary>
    public DateTimeOffset? AnchorSlot => Head?.GetDateTimeOffset("AnchorSlot");

    /// <summary>Which ends have been told of; null for none.</summary>
    public ToldOf? Told => Head?.GetDateTimeOffset("ToldUpTo") is { } upTo
        ? new ToldOf(upTo, Head.GetInt64("ToldSeq") ?? 0)
        : null;

    /// <summary>True when the publisher must be told of this wallet before an event is written.</summary>
    public bool NeedsMark => Outbox.NeedsMark(Head);

    /// <summary>True when this change is among the last ones. A change that is not may still be an older one.</summary>
    public bool Remembers(Change change)
    {
        var recent = Head?.GetBinary("Recent") ?? [];
        var wanted = Hash.Bytes(change.Id).AsSpan(0, RecentBytes);
        for (var at = 0; at < recent.Length; at += RecentBytes)
            if (recent.AsSpan(at, RecentBytes).SequenceEqual(wanted)) return true;
        return false;
    }

    /// <summary>The remembered ids with one more, oldest dropped.</summary>
    public byte[] RecentWith(Change? change)
    {
        var recent = Head?.GetBinary("Recent") ?? [];
        if (change is null) return recent;
        var keep = Math.Min(recent.Length, (RecentMax - 1) * RecentBytes);
        return [.. recent.AsSpan(recent.Length - keep), .. Hash.Bytes(change.Id).AsSpan(0, RecentBytes)];
    }
}

/// <summary>One page of lots. Page 0 lies in the head row and has no row of its own.</summary>
public sealed record LotPage(int Number, ImmutableArray<Lot> Lots, ETag ETag)
{
    /// <summary>Lots on one page: about 30 KB.</summary>
    public const int LotsMax = 200;
}
