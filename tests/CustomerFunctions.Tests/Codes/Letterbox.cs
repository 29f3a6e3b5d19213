using Azure.Data.Tables;
using CustomerFunctions.Codes;
using CustomerFunctions.Codes.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Codes;

/// <summary>A customer who reads mails and text messages.</summary>
public sealed record Letterbox(AppUnderTest App, ApiClient Shop, string Id, string Email, string Phone)
{
    private static int _phones;

    private readonly string _change = Guid.NewGuid().ToString("n");

    public string Profile => $"profiles/{Id}";

    /// <summary>A registered customer in a new application.</summary>
    public static async Task<Letterbox> NewAsync(AppUnderTest app, ApiClient? shop = null, string environment = "live")
    {
        shop ??= await app.NewApplicationAsync(environment);
        var id = app.NewName("reader");
        var box = new Letterbox(
            app, shop, id, $"{id}@example.com", $"+4420794{Interlocked.Increment(ref _phones):D5}");
        (await shop.PutAsync(box.Profile, new { kind = "registered", name = "Zoë", email = box.Email, phone = box.Phone }))
            .Expect(201);
        return box;
    }

    /// <summary>Asks for a code to the phone, and lets it be sent.</summary>
    public async Task<string> NewCodeAsync()
    {
        (await Shop.PostAsync(Profile + "/phone-verification")).Expect(202);
        await SendAsync();
        return App.Letters.Secret(Phone);
    }

    /// <summary>Asks for a token as staff does, and lets it be sent.</summary>
    public async Task<string> NewTokenAsync()
    {
        (await Shop.PostAsync(Profile + "/password-reset")).Expect(202);
        await SendAsync();
        return App.Letters.Secret(Email);
    }

    /// <summary>Lets the timer send what waits.</summary>
    public Task SendAsync() => App.Host.FireTimerAsync(nameof(SendLetters));

    public Task<ApiAnswer> ConfirmAsync(string code, bool again = false) =>
        Shop.PostAsync(Profile + "/phone-verification/confirm", new { code }, again ? [Change("confirm")] : []);

    public Task<ApiAnswer> RedeemAsync(string token, bool again = false) =>
        Shop.PostAsync("password-resets/redeem", new { token }, again ? [Change("redeem")] : []);

    public Task<ApiAnswer> RequestAsync(string? email = null, bool again = false) =>
        Shop.PostAsync("password-resets", new { email = email ?? Email }, again ? [Change("request")] : []);

    /// <summary>True when the profile says that its phone was proven.</summary>
    public async Task<bool> IsVerifiedAsync() =>
        (await Shop.GetAsync(Profile)).Expect(200).Json["mobileVerified"]!.GetValue<bool>();

    /// <summary>Names this customer's own change of one kind.</summary>
    private (string, string) Change(string verb) => ("Idempotency-Key", $"{verb}-{_change}");

    /// <summary>A code that is not the given one.</summary>
    public static string Other(string code) => code == "123456" ? "654321" : "123456";

    /// <summary>Rows of a table of this app.</summary>
    public async Task<List<TableEntity>> RowsAsync(string table = CodesTable.TableName)
    {
        var rows = new List<TableEntity>();
        var all = App.Services.GetRequiredService<StorageAccount>().Table(table);
        await foreach (var row in all.QueryAsync<TableEntity>()) rows.Add(row);
        return rows;
    }

    /// <summary>The customer as stored.</summary>
    public async Task<StoredProfile> StoredAsync() => (await App.Services.GetRequiredService<ProfileDirectory>()
        .FindAsync(AppEnvironment.Live, Id, TestContext.Current.CancellationToken))!;

    /// <summary>Rows about this customer's codes.</summary>
    public async Task<int> CountRowsAsync(ProfileKey key) =>
        (await RowsAsync()).Count(r => r.PartitionKey.EndsWith(key.ToString(), StringComparison.Ordinal));
}
