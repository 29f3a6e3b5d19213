using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>Activity: looks at a piece of a part. It reads the rows in their order, then holds everything that was ever
/// anchored against them; whatever looks wrong may have changed meanwhile and is verified by itself before it is told.
/// Running again finds the same.</summary>
public sealed class AuditWallets(
    WalletScan scan, ChainAnchors anchors, WalletReader reader, AuditPace pace, TimeProvider clock)
{
    [Function(nameof(AuditWallets))]
    public async Task<AuditFindings> Run([ActivityTrigger] AuditPart part, CancellationToken cancel)
    {
        var seen = new SeenWallets(part.After);
        var (entries, goOnAfter) = await ReadAsync(part, seen, cancel);
        var (environment, program) = (part.Audit.Environment, part.Audit.Program);
        await foreach (var (wallet, anchor) in anchors.ReadAsync(environment, program, cancel))
            seen.Match(WalletId.Parse(wallet).Owner, anchor, goOnAfter ?? part.Before);
        var wrong = new List<WrongWallet>();
        foreach (var (owner, anchored) in seen.Suspects)
        {
            var found = await reader.VerifyAsync(new WalletId(environment, program, owner), anchored, cancel);
            if (found.FirstBad is { } bad) wrong.Add(new WrongWallet(owner, bad.Seq, bad.Rule, bad.Reason));
        }

        return new AuditFindings(
            goOnAfter, new AuditCounts(seen.Count, entries, wrong.Count), [.. wrong.Take(AuditPosition.WrongMax)]);
    }

    private async Task<(long Entries, string? GoOnAfter)> ReadAsync(
        AuditPart part, SeenWallets seen, CancellationToken cancel)
    {
        var (rows, entries, end) = (0, 0L, clock.GetUtcNow() + pace.Time);
        await foreach (var wallet in scan.ReadAsync(
            part.Audit.Environment, part.Audit.Program, part.After, part.Before, cancel))
        {
            seen.Add(wallet.Owner, wallet.Hashes, wallet.IsSound());
            rows += wallet.Rows;
            entries += wallet.Hashes.Count;
            if (rows >= pace.RowsMax || clock.GetUtcNow() >= end) return (entries, wallet.Owner);
        }

        return (entries, null);
    }
}
