using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>How wallets and entries lie in rows: JSON with short names, because a head may carry 200 lots.</summary>
internal static class WalletDocuments
{
    private static readonly JsonSerializerOptions Compact = new(Json.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonSerializerOptions Strict = new(Compact)
    {
        RespectNullableAnnotations = true,
    };

    /// <summary>An entry as it lies in its row.</summary>
    public static byte[] Write(LedgerEntry entry) => JsonSerializer.SerializeToUtf8Bytes(entry, Compact);

    /// <summary>Reads what <see cref="Write(LedgerEntry)"/> wrote.</summary>
    public static LedgerEntry ReadEntry(byte[] utf8) => JsonSerializer.Deserialize<LedgerEntry>(utf8, Compact)!;

    /// <summary>Reads what <see cref="Write(LedgerEntry)"/> may have written and somebody else changed since: null
    /// unless it is still, byte for byte, what is written for such an entry.</summary>
    public static LedgerEntry? ReadUntouched(byte[]? utf8)
    {
        if (utf8 is null) return null;
        try
        {
            var entry = JsonSerializer.Deserialize<LedgerEntry>(utf8, Strict);
            if (entry is not { IsWhole: true }) return null;
            return utf8.AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(entry, Strict)) ? entry : null;
        }
        catch (Exception e) when (IsDamage(e))
        {
            return null;
        }
    }

    /// <summary>What reading a row comes to that this app did not write as it is; never a fault of the storage itself.
    /// </summary>
    public static bool IsDamage(Exception fault) => fault is JsonException or InvalidOperationException
        or ArgumentException or FormatException or OverflowException or NullReferenceException;

    /// <summary>Everything of a wallet but its lots.</summary>
    public static byte[] WriteHead(WalletState state) => JsonSerializer.SerializeToUtf8Bytes(
        new HeadDocument(
            state.Seq, state.Hash, state.RecordedAt, [.. state.Debts], state.Totals, state.Standing,
            state.FirstEarnedAt, state.FirstActiveAt),
        Compact);

    /// <summary>Reads what <see cref="WriteHead"/> wrote, and puts the lots in.</summary>
    public static WalletState ReadHead(byte[] utf8, IEnumerable<Lot> lots)
    {
        var head = JsonSerializer.Deserialize<HeadDocument>(utf8, Compact)!;
        return new WalletState
        {
            Seq = head.Seq,
            Hash = head.Hash ?? "",
            RecordedAt = head.RecordedAt,
            Lots = [.. lots.OrderBy(l => l.Seq).ThenBy(l => l.Id, StringComparer.Ordinal)],
            Debts = [.. head.Debts],
            Totals = WalletState.Empty.Totals.AddRange(head.Totals ?? WalletState.Empty.Totals),
            Standing = head.Standing ?? Standing.None,
            FirstEarnedAt = head.FirstEarnedAt,
            FirstActiveAt = head.FirstActiveAt,
        };
    }

    /// <summary>The lots of one page.</summary>
    public static byte[] WriteLots(IEnumerable<Lot> lots) => JsonSerializer.SerializeToUtf8Bytes(
        lots.Select(l => new LotDocument(
            l.Id, l.Seq, l.Ledger, l.Origin.Kind, l.Origin.Id, l.AwardedAt, l.Start, l.Expiry, l.Remaining.Hundredths,
            l.IsActive, l.ExpiryRule)),
        Compact);

    /// <summary>Reads what <see cref="WriteLots"/> wrote.</summary>
    public static ImmutableArray<Lot> ReadLots(byte[] utf8) =>
    [
        .. JsonSerializer.Deserialize<LotDocument[]>(utf8, Compact)!.Select(l => new Lot(
            l.I, l.S, l.L, new Origin(l.K, l.O), l.W, l.A, l.E, new Points(l.R), l.P, l.X)),
    ];

    /// <summary>Points on their way.</summary>
    public static byte[] Write(TransferIntent intent) => JsonSerializer.SerializeToUtf8Bytes(intent, Compact);

    /// <summary>Reads what <see cref="Write(TransferIntent)"/> wrote.</summary>
    public static TransferIntent ReadIntent(byte[] utf8) =>
        JsonSerializer.Deserialize<TransferIntent>(utf8, Compact)!;

    private sealed record HeadDocument(
        long Seq, string? Hash, DateTimeOffset RecordedAt, IReadOnlyList<Debt> Debts,
        IReadOnlyDictionary<string, LedgerTotals>? Totals, Standing? Standing, DateTimeOffset? FirstEarnedAt,
        DateTimeOffset? FirstActiveAt);

    // Id, seq, ledger, origin kind and id, awarded (W), start (A), expiry (E), remaining hundredths, is active (P),
    // expiry rule (X).
    private sealed record LotDocument(
        string I, long S, string L, string K, string O, DateTimeOffset W, DateTimeOffset? A, DateTimeOffset? E, long R,
        bool P, string? X);
}
