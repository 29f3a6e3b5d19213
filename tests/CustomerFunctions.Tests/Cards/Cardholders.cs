using Azure.Data.Tables;
using CustomerFunctions.Cards;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Cards;

/// <summary>A program of cards in one app, and what tests ask of its cards.</summary>
public sealed class Cardholders(AppUnderTest app, ApiClient shop)
{
    /// <summary>Members that a card of the program takes.</summary>
    public const int MembersMax = 2;

    public const string Cards = "programs/club/cards";

    public ApiClient Shop => shop;

    public static async Task<Cardholders> ArrangeAsync(AppUnderTest app)
    {
        var shop = await app.NewApplicationAsync();
        var program = new
        {
            title = "Club",
            kind = "card",
            cardMembersMax = MembersMax,
            earn = new { pointsPerUnit = 1, rounding = "down" },
        };
        Assert.True((await shop.PutAsync("programs/club", program)).IsSuccess);
        return new Cardholders(app, shop);
    }

    /// <summary>A code that no other card of the app has.</summary>
    public string NewCode() => app.NewName("CARD-X").ToUpperInvariant();

    /// <summary>Makes a card; answers its code and verification code.</summary>
    public async Task<(string Code, string Verification)> NewCardAsync(object? body = null)
    {
        var made = (await shop.PostAsync(Cards, body ?? new { code = NewCode() })).Expect(201);
        return (made.Text("code"), made.Text("verificationCode"));
    }

    public async Task<string> NewProfileAsync()
    {
        var id = app.NewName("zoe");
        (await shop.PutAsync($"profiles/{id}", new { kind = "guest", name = "Zoë" })).Expect(201);
        return id;
    }

    public async Task<string[]> MembersAsync(string code) =>
        [.. (await shop.GetAsync($"{Cards}/{code}")).Expect(200).Json["members"]!.AsArray()
            .Select(m => m!["profileId"]!.GetValue<string>())];

    public async Task<string[]> CardsOfAsync(string profile) =>
        [.. (await shop.GetAsync($"profiles/{profile}/cards")).Expect(200).Json["items"]!.AsArray()
            .Select(m => m!["code"]!.GetValue<string>())];

    /// <summary>True when the card's wallet takes no points and gives none.</summary>
    public async Task<bool> IsSealedAsync(string code)
    {
        // More than any wallet of the tests holds: what is refused otherwise is the amount.
        var answer = await shop.PostAsync($"{Cards}/{code}/deductions", new { points = 99_999, reason = "Try" });
        return answer.ExpectProblem(409, answer.Code).Code switch
        {
            "wallet-sealed" => true,
            "insufficient-points" => false,
            var other => throw new InvalidOperationException(other),
        };
    }

    /// <summary>Lets the timer do what is due, some minutes later.</summary>
    public async Task SweepLaterAsync()
    {
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await app.Host.FireTimerAsync(nameof(SweepCards));
    }

    /// <summary>Rows of a table of this app.</summary>
    public async Task<List<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        var all = app.Services.GetRequiredService<StorageAccount>().Table(table);
        await foreach (var row in all.QueryAsync<TableEntity>()) rows.Add(row);
        return rows;
    }
}
