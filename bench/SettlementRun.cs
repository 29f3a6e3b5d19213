using System.Diagnostics;
using Azure.Data.Tables;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Bench;

/// <summary>The timer over 100,000 lots that have expired, beside the same number of raw reads, transactions and
/// deletions; and the pure part alone.</summary>
internal static class SettlementRun
{
    private const int Wallets = 1_000;
    private const int LotsEach = 100;

    public static async Task RunAsync(LocalHost host, TableClient raw, CancellationToken cancel)
    {
        var programs = host.Services.GetRequiredService<ProgramCatalog>();
        var program = (await programs.FindAsync(AppEnvironment.Live, "stars", cancel))!;
        var drafts = Enumerable.Range(0, Wallets).Select(_ => Fill(program)).ToList();
        Pure(drafts);
        foreach (var draft in drafts) await WriteAsync(host, draft, program, cancel);

        var watch = Stopwatch.StartNew();
        await host.FireTimerAsync(nameof(SettlePoints), cancel: cancel);
        var settled = watch.Elapsed;
        watch.Restart();
        for (var i = 0; i < Wallets; i++)
        {
            await PathRun.ReadRangeAsync(raw, cancel);
            await PathRun.WriteAsync(raw, i, cancel);
            await raw.DeleteEntityAsync("p", $"e|{i:D10}", cancellationToken: cancel);
        }

        Print("settlement by the timer", settled, "a read, a transaction and a deletion a wallet", watch.Elapsed);
    }

    private static void Pure(List<Draft> drafts)
    {
        var now = TimeProvider.System.GetUtcNow();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        foreach (var draft in drafts) Settlement.Due(draft with { Now = now }, int.MaxValue);
        var each = (GC.GetAllocatedBytesForCurrentThread() - bytes) / (Wallets * LotsEach);
        Console.WriteLine(
            $"settlement, pure: {Wallets * LotsEach / watch.Elapsed.TotalSeconds:N0} lots a second, "
            + $"{each:N0} bytes a lot");
    }

    /// <summary>A wallet whose lots expired over the last hundred hours, ten at a time.</summary>
    private static Draft Fill(LoyaltyProgram program)
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = WalletId.Of(AppEnvironment.Live, program.Name, ProfileKey.New(now));
        var draft = Draft.On(id.ToString(), WalletState.Empty, program.Tiers, now.AddHours(-LotsEach - 1));
        for (var i = 0; i < LotsEach; i++)
        {
            var grant = new Grant(Points.From(10), Origins.Session("shop", $"s{i}"), "bench")
            {
                Expiry = new ExpiryRule(null, now.AddHours(-(i / 10) - 1)),
            };
            draft = LedgerRules.Add(draft, grant, program, new Stamp($"{i}", null)).Value;
        }

        return draft with { Entries = [draft.Entries[^1]] };
    }

    private static Task WriteAsync(LocalHost host, Draft draft, LoyaltyProgram program, CancellationToken cancel) =>
        host.Services.GetRequiredService<WalletWriter>().CommitAsync(
            new LoadedWallet(WalletId.Parse(draft.Wallet), WalletState.Empty, null, [], []), draft, program,
            new WriteExtras(), cancel);

    private static void Print(string path, TimeSpan time, string floor, TimeSpan floorTime) => Console.WriteLine(
        $"{path}: {Wallets * LotsEach:N0} lots in {time.TotalSeconds:0.0} s; {floor}: {floorTime.TotalSeconds:0.0} s; "
        + $"ratio {time / floorTime:0.00}");
}
