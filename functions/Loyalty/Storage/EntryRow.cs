using System.Globalization;
using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>The row of an entry, which somebody may have tampered with.</summary>
/// <param name="Seq">Its number, as its key says.</param>
/// <param name="Entry">The entry; null when the row is not as this app writes it.</param>
internal readonly record struct EntryRow(long Seq, LedgerEntry? Entry)
{
    /// <summary>Reads a row.</summary>
    public static EntryRow Of(TableEntity row)
    {
        var key = row.RowKey.AsSpan(WalletTable.EntryPrefix.Length);
        if (!long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            return new EntryRow(0, null);
        // A property of another kind cannot even be asked for.
        var isDocument = row.TryGetValue("Entry", out var document) && document is byte[];
        var entry = isDocument ? WalletDocuments.ReadUntouched(row.GetDocument("Entry")) : null;
        return new EntryRow(seq, entry?.Seq == seq ? entry : null);
    }
}
