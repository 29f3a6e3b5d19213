using CustomerFunctions.Loyalty.Domain;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>Verifies one wallet, which may be written to meanwhile: the head is read first, and what comes after it is
/// left out. Costs 4 calls for up to 1,000 rows of each sort.</summary>
internal sealed class WalletProof(WalletTable table, WalletId wallet)
{
    /// <summary>What was found.</summary>
    public Verification Verification { get; private set; } = new(wallet.ToString());

    /// <summary>Reads and verifies.</summary>
    /// <param name="anchored">What the chain was once seen to be.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task ReadAsync(IReadOnlyList<ChainAnchor> anchored, CancellationToken cancel)
    {
        try
        {
            var loaded = await table.LoadAsync(wallet, cancel);
            var head = loaded.State;
            var absorbed = await ReadAbsorbedAsync(loaded.Absorbed, cancel);
            var texts = await table.ReadTextsAsync(wallet, 0, head.Seq, cancel);
            var answers = await table.ReadAnswersAsync(wallet, cancel);
            Verification = new Verification(wallet.ToString(), anchored, answers, absorbed);
            await foreach (var row in table.ReadRowsAsync(wallet, cancel)) Next(row, head.Seq, texts);
            Verification.AgainstHead(head);
        }
        catch (Exception e) when (WalletDocuments.IsDamage(e))
        {
            await ReadEntriesAsync(anchored, cancel);
        }
    }

    // What a merged customer had earned may be taken back here. Each of those before knows of those before it.
    private async Task<IReadOnlyList<Verification>> ReadAbsorbedAsync(
        IEnumerable<string> owners, CancellationToken cancel)
    {
        var found = new List<Verification>();
        foreach (var owner in owners)
        {
            var chain = wallet with { Owner = owner };
            var verification = new Verification(chain.ToString(), absorbed: found);
            await foreach (var entry in table.ReadEntriesAsync(chain, 0, cancel)) verification.Next(entry, null);
            found.Clear();
            found.Add(verification);
        }

        return found;
    }

    // The entries alone still tell where they are wrong; if nowhere, it is what lies beside them.
    private async Task ReadEntriesAsync(IReadOnlyList<ChainAnchor> anchored, CancellationToken cancel)
    {
        Verification = new Verification(wallet.ToString(), anchored);
        var none = new Dictionary<long, EntryText>();
        await foreach (var row in table.ReadRowsAsync(wallet, cancel)) Next(row, long.MaxValue, none);
        Verification.Unreadable();
    }

    private void Next(EntryRow row, long headSeq, IReadOnlyDictionary<long, EntryText> texts)
    {
        if (row.Entry is not { } entry) Verification.Unreadable(row.Seq);
        else if (entry.Seq > headSeq) Verification.Later(entry);
        else Verification.Next(entry, texts.GetValueOrDefault(entry.Seq));
    }
}
