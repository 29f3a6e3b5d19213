using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>A wallet whose rows pass by in the order of their keys: changes, entries, head, lots, texts. Nothing of it
/// is kept but what later rows are held against.</summary>
internal sealed class ScannedWallet(WalletId wallet)
{
    private readonly List<LedgerEntry> _answers = [];
    private readonly List<UInt128> _hashes = [];
    private readonly Dictionary<long, LedgerEntry> _texted = [];
    private readonly List<Lot> _lots = [];
    private Verification? _verification;
    private byte[]? _head;
    private bool _isDamaged;

    /// <summary>Whose it is.</summary>
    public string Owner => wallet.Owner;

    /// <summary>Rows so far.</summary>
    public int Rows { get; private set; }

    /// <summary>The hashes of its entries, shortened.</summary>
    public IReadOnlyList<UInt128> Hashes => _hashes;

    /// <summary>True when nothing looked wrong; to be asked once, after the last row.</summary>
    public bool IsSound()
    {
        try
        {
            var head = _head is null ? WalletState.Empty : WalletDocuments.ReadHead(_head, _lots);
            Verification.AgainstHead(head);
        }
        catch (Exception e) when (WalletDocuments.IsDamage(e))
        {
            _isDamaged = true;
        }

        return !_isDamaged && Verification.FirstBad is null;
    }

    /// <summary>Looks at the next row.</summary>
    public void Next(TableEntity row)
    {
        Rows++;
        try
        {
            Read(row);
        }
        catch (Exception e) when (WalletDocuments.IsDamage(e))
        {
            _isDamaged = true;
        }
    }

    // Rows of changes come first.
    private Verification Verification => _verification ??= new Verification(wallet.ToString(), answers: _answers);

    private void Read(TableEntity row)
    {
        if (IsOf(row, WalletTable.ChangePrefix)) _answers.Add(WalletTable.AnswerOf(row));
        else if (IsOf(row, WalletTable.EntryPrefix)) ReadEntry(EntryRow.Of(row));
        else if (IsOf(row, WalletTable.TextPrefix)) ReadText(row);
        else if (IsOf(row, WalletTable.PagePrefix) || row.RowKey == WalletTable.HeadRow)
        {
            if (row.RowKey == WalletTable.HeadRow) _head = row.GetDocument("State");
            _lots.AddRange(WalletDocuments.ReadLots(row.GetDocument("Lots")!));
        }
    }

    private static bool IsOf(TableEntity row, string prefix) => row.RowKey.StartsWith(prefix, StringComparison.Ordinal);

    private void ReadEntry(EntryRow row)
    {
        _hashes.Add(row.Entry is { } read ? SeenWallets.Short(read.Hash) : default);
        if (row.Entry is not { } entry)
        {
            Verification.Unreadable(row.Seq);
            return;
        }

        Verification.Next(entry, null);
        if (entry.TextDigest is not null) _texted[entry.Seq] = entry;
    }

    private void ReadText(TableEntity row)
    {
        if (_texted.TryGetValue(WalletTable.SeqOf(row), out var entry))
            Verification.Text(entry, WalletTable.TextOf(row));
        else _isDamaged = true;
    }
}
