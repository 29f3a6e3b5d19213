using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Loyalty.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Loyalty;

/// <summary>Wallets over real storage, in words: what tests of the ledger do with them and look at.</summary>
public abstract class WalletTests(AppUnderTest app) : IClassFixture<AppUnderTest>, IAsyncLifetime
{
    private readonly LoyaltyProgram _program = Wallets.Program();

    protected static CancellationToken None => CancellationToken.None;

    /// <summary>The app that the ledger runs in.</summary>
    protected AppUnderTest App { get; } = app;

    protected PointsLedger Ledger => App.Services.GetRequiredService<PointsLedger>();

    protected WalletReader Reader => App.Services.GetRequiredService<WalletReader>();

    public async ValueTask InitializeAsync()
    {
        var catalog = App.Services.GetRequiredService<ProgramCatalog>();
        await catalog.PutAsync(AppEnvironment.Live, _program, None);
        await catalog.ListAsync(AppEnvironment.Live, None);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected static Grant Grant(decimal points, string start = "immediate", string expiry = "unlimited") =>
        new(Points.From(points), new Origin("session", "s"), "test")
        {
            Start = StartRule.Parse(start),
            Expiry = ExpiryRule.Parse(expiry),
        };

    protected WalletId NewWallet() => WalletId.Of(AppEnvironment.Live, "stars", ProfileKey.New(App.Clock.GetUtcNow()));

    protected async Task<WalletId> NewWalletWithPointsAsync()
    {
        var wallet = NewWallet();
        await AddAsync(wallet, 10);
        return wallet;
    }

    protected Task<CustomerFunctions.Shared.Result<LedgerAnswer>> AddAsync(
        WalletId wallet, decimal points, string start = "immediate", string expiry = "unlimited", string? change =
            null) =>
        Ledger.AddAsync(wallet, Grant(points, start, expiry), new Change(change ?? App.NewName(), ""), None);

    protected Task<CustomerFunctions.Shared.Result<LedgerAnswer>> DeductAsync(WalletId wallet, decimal points,
        string? change = null) =>
        Ledger.DeductAsync(
            wallet, new Deduction(Points.From(points), new Origin("person", "k"), "test"),
            new Change(change ?? App.NewName(), ""), None);

    protected Task<Balance> BalanceAsync(
        WalletId wallet, DateTimeOffset? asOf = null, DateTimeOffset? asKnownAt = null) =>
        Reader.BalanceAsync(wallet, _program, Ledgers.All, asOf ?? App.Clock.GetUtcNow(), asKnownAt, None);

    protected async Task AssertWalletAsync(WalletId wallet, decimal active, int entries, decimal negative = 0)
    {
        var balance = await BalanceAsync(wallet);
        Assert.Equal((active, negative), (balance.Active.ToDecimal(), balance.Negative.ToDecimal()));
        var verified = await Reader.VerifyAsync(wallet, None);
        Assert.Null(verified.FirstBad);
        Assert.Equal(entries, verified.Entries);
        Assert.Equal(
            Enumerable.Range(1, entries).Select(seq => $"{wallet} e|{seq:D10}"),
            await RowsAsync(WalletTable.TableName, wallet.ToString(), "e|", "f"));
    }

    protected async Task<string[]> DueAsync(WalletId wallet)
    {
        var found = new List<string>();
        var due = App.Services.GetRequiredService<DueIndex>();
        await foreach (var item in due.ReadAsync(WalletWriter.DueKind, DateTimeOffset.MaxValue.AddDays(-1), None))
            if (item.Subject == wallet.ToString()) found.Add($"{item.Slot}");
        return [.. found];
    }

    protected async Task<string[]> RowsAsync(string table, string? partition, string from, string before)
    {
        var found = new List<string>();
        var filter = partition is null ? null : TableRows.Range(partition, from, before);
        await foreach (var row in App.Services.GetRequiredService<StorageAccount>().Table(table)
            .QueryAsync<Azure.Data.Tables.TableEntity>(filter)) found.Add($"{row.PartitionKey} {row.RowKey}");
        return [.. found];
    }
}
