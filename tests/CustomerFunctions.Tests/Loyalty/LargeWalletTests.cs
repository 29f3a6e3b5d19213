using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Loyalty.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>A wallet as large as one may become: as many open lots as are allowed, behind a long history.</summary>
public sealed class LargeWalletTests(AppUnderTest app) : WalletTests(app)
{
    private const string EntriesVariable = "CUSTOMERFUNCTIONS_LARGE_WALLET";

    /// <summary>12,000 unless the environment asks for another size.</summary>
    private static readonly int Entries = int.Parse(
        Environment.GetEnvironmentVariable(EntriesVariable) ?? "12000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Reading_spending_and_paging_cost_a_few_calls_however_large_the_wallet()
    {
        var wallet = NewWallet();
        await FillAsync(wallet);
        await App.Services.GetRequiredService<CustomerFunctions.Loyalty.ProgramCatalog>()
            .ListAsync(wallet.Environment, default);

        Assert.InRange(await CallsAsync(() => BalanceAsync(wallet)), 1, 2);
        Assert.InRange(await CallsAsync(() => BalanceAsync(wallet, App.Clock.GetUtcNow().AddYears(99))), 1, 2);
        Assert.Equal(LedgerRules.LotsMax, (await BalanceAsync(wallet)).Active.ToDecimal());
        Assert.InRange(
            await CallsAsync(() => Reader.ListAsync(wallet, Page(Entries / 2), default)), 3, 4);
        Assert.Equal("too-many-lots", (await AddAsync(wallet, 1)).Error?.Code);

        var extension = new Extension(ExpiryRule.Parse("1Y")!, null, null, "test", "Closed for repair");
        Assert.InRange(
            await CallsAsync(async () => Assert.True(
                (await Ledger.ExtendAsync(wallet, extension, new("extend", ""), default)).IsOk)), 2, 3);
        var spending = await CallsAsync(async () =>
        {
            var spent = await DeductAsync(wallet, LedgerRules.LotsMax - 0.5m, "all of it");
            Assert.Equal(LedgerRules.LotsMax, spent.Value.Entry.Allocations.Length);
        });
        // One range, the mark of the minute in which the lot that is left ends, one transaction.
        Assert.Equal(3, spending);
        Assert.Equal(0.5m, (await BalanceAsync(wallet)).Active.ToDecimal());

        var verified = await Reader.VerifyAsync(wallet, default);
        Assert.Null(verified.FirstBad);
        Assert.Equal(Entries + 2, verified.Entries);
    }

    private static readonly JsonSerializerOptions AsStored = new(Json.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    // As settlements have none: a change would need a row of its own.
    private static readonly Stamp NoChange = new(null!, null);

    private static EntryQuery Page(int from) => new(null, null, null, null, QueryFields.LimitMax, [from]);

    private async Task<int> CallsAsync(Func<Task> act)
    {
        App.Probe.Count();
        await act();
        return App.Probe.Calls.Count;
    }

    /// <summary>Points earned and spent at once, then as many lots as a wallet may hold. Written in full transactions, as
    /// no request could; the last entry goes through the writer, with head and pages.</summary>
    private async Task FillAsync(WalletId wallet)
    {
        var now = App.Clock.GetUtcNow();
        var program = Wallets.Program();
        var draft = Draft.On(wallet.ToString(), WalletState.Empty, program.Tiers, now);
        while (draft.State.Seq < Entries - LedgerRules.LotsMax)
        {
            draft = Granted(draft, program);
            draft = LedgerRules.Deduct(
                draft, new Deduction(Points.From(1), Origins.Key("k"), "test"), program, NoChange).Value;
            if (draft.Entries.Length >= 100) draft = await WriteAsync(wallet, draft);
        }

        draft = await WriteAsync(wallet, draft);
        while (draft.State.Seq < Entries - 1)
        {
            draft = Granted(draft, program);
            if (draft.Entries.Length == 100) draft = await WriteAsync(wallet, draft);
        }

        draft = Granted(await WriteAsync(wallet, draft), program);
        await App.Services.GetRequiredService<WalletWriter>().CommitAsync(
            new LoadedWallet(wallet, WalletState.Empty, null, [], []), draft, program, new WriteExtras(), default);
    }

    private static Draft Granted(Draft draft, LoyaltyProgram program) => LedgerRules.Add(
        draft,
        new Grant(Points.From(1), Origins.Session("shop", $"s{draft.State.Seq}"), "test")
        {
            Expiry = new ExpiryRule(null, draft.Now.AddDays(100 + (draft.State.Seq % 900)).WholeSecond()),
        },
        program, NoChange).Value;

    private async Task<Draft> WriteAsync(WalletId wallet, Draft draft)
    {
        var table = App.Services.GetRequiredService<StorageAccount>().Table(WalletTable.TableName);
        foreach (var some in draft.Entries.Chunk(TableBatch.RowsMax))
        {
            var batch = new TableBatch(table, wallet.ToString());
            foreach (var entry in some)
            {
                var row = new TableEntity(wallet.ToString(), $"e|{entry.Seq:D10}");
                row.SetDocument("Entry", JsonSerializer.SerializeToUtf8Bytes(entry, AsStored));
                batch.Insert(row);
            }

            await batch.CommitAsync(default);
        }

        return draft with { Entries = [] };
    }
}
