using System.Collections.Concurrent;
using System.Text;
using Azure.Data.Tables;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Codes;
using CustomerFunctions.Tests.Events;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.App;

/// <summary>A shop with points and cards, in which every POST can succeed.</summary>
public sealed class PostWorld(AzuriteFixture azurite) : IAsyncLifetime
{
    private AppUnderTest? _app;
    private Till? _till;
    private readonly ConcurrentBag<Hook> _hooks = [];
    private int _phones;

    public AppUnderTest App => _app!;

    public Till Till => _till!;

    /// <summary>The shop, with every scope.</summary>
    public ApiClient Shop => Till.Shop;

    public async ValueTask InitializeAsync()
    {
        _app = new AppUnderTest(azurite);
        await _app.InitializeAsync();
        _till = await Till.OpenAsync(_app, scopes: ["integration", "staff", "management", "admin"]);
        (await Shop.PutAsync("programs/club", new { kind = "card", earn = new { pointsPerUnit = 1 } })).Expect(201);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hook in _hooks) await hook.DisposeAsync();
        if (_app is not null) await _app.DisposeAsync();
    }

    /// <summary>A customer whose id occurs nowhere else, and in the customer's name and email.</summary>
    public async Task<Letterbox> NewCustomerAsync(string kind = "registered")
    {
        // Twelve digits at most: more might look like a card number.
        var id = "zq" + Guid.NewGuid().ToString("n")[..12];
        var phone = $"+4420796{Interlocked.Increment(ref _phones):00000}";
        var box = new Letterbox(App, Shop, id, $"{id}@example.com", phone);
        (await Shop.PutAsync(box.Profile, new { kind, name = $"Zoë {id}", email = box.Email, phone })).Expect(201);
        return box;
    }

    /// <summary>An export that nothing works for, as path.</summary>
    public async Task<string> NewExportAsync()
    {
        var order = new ExportOrder("customers", "csv", new ExportFilter(null, null), ["name"]);
        var export = new ExportRecord(
            Guid.NewGuid().ToString("n"), AppEnvironment.Live, Shop.Application, order, "", ExportState.Queued, App.Clock.GetUtcNow());
        Assert.True(await App.Services.GetRequiredService<ExportsTable>().AddAsync(export, default));
        return $"exports/{export.ExportId}";
    }

    /// <summary>A customer with ten points, as path of the wallet.</summary>
    public async Task<string> NewWalletAsync(object? grant = null)
    {
        var wallet = $"programs/{Till.Program}/profiles/{(await NewCustomerAsync()).Id}";
        (await Shop.PostAsync($"{wallet}/points", grant ?? new { points = 10, reason = "x", expiry = "9D" })).Expect(201);
        return wallet;
    }

    /// <summary>A card with a member.</summary>
    public async Task<(string Path, string Member)> NewCardAsync()
    {
        var (code, member) = (App.NewName("CARD").ToUpperInvariant(), (await NewCustomerAsync()).Id);
        var path = $"programs/club/cards/{code}";
        (await Shop.PutAsync(path, new { type = "customer" })).Expect(201);
        (await Shop.PutAsync($"{path}/members/{member}", new { })).ExpectSuccess();
        return (path, member);
    }

    /// <summary>A subscription of the shop with a receiver.</summary>
    internal async Task<Hook> NewHookAsync()
    {
        var hook = await Hook.OpenAsync(App, Shop);
        _hooks.Add(hook);
        return hook;
    }

    /// <summary>How many items a list has.</summary>
    public async Task<int> CountAsync(string path) =>
        (await Shop.GetAsync(path)).Expect(200).Json["items"]!.AsArray().Count;

    /// <summary>Rows of a table of this app.</summary>
    public async Task<List<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        var all = App.Services.GetRequiredService<StorageAccount>().Table(table);
        await foreach (var row in all.QueryAsync<TableEntity>()) rows.Add(row);
        return rows;
    }

    /// <summary>The rows about kept answers in which a word occurs, in their keys, properties or bodies.</summary>
    public async Task<List<TableEntity>> KeptAsync(string word) =>
        [.. (await RowsAsync(KeptAnswersTable.TableName)).Where(row => TextOf(row)
            .Contains(word, StringComparison.OrdinalIgnoreCase))];

    /// <summary>The key of a customer.</summary>
    public async Task<ProfileKey> KeyAsync(string id) => (await App.Services.GetRequiredService<ProfileDirectory>()
        .FindAsync(AppEnvironment.Live, id, TestContext.Current.CancellationToken))!.Key;

    private static string TextOf(TableEntity row) => string.Join(
        '\n', row.Select(p => p.Value).OfType<string>().Append(Encoding.UTF8.GetString(row.GetDocument("Body") ?? [])));
}
