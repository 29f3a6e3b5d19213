using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>What can be seen of an app after a feed, line by line, so that two of them can be compared.</summary>
public sealed class FeedState(FeedRun run)
{
    private static readonly string[] Programs = ["stars", "late"];
    private static readonly int[] DaysLater = [0, 20, 40, 400];
    private readonly List<string> _lines = [];

    private ApiClient Shop => run.Till.Shop;

    /// <summary>Payments with their owners, points and flags; what customers have now and will have, what they paid and
    /// spent; what ties cards to whom. Balances before the end are left out: what was taken back meanwhile counts from
    /// when it became known, which is another time in every run.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync()
    {
        await AddAsync("payments?limit=200", "payment");
        await AddAsync("payments?linked=false&limit=200", "unlinked");
        foreach (var customer in run.Feed.Customers) await AddCustomerAsync(customer);
        foreach (var card in run.Feed.Cards) await AddCardAsync(card);
        Assert.Empty(await run.Till.RejectedAsync());
        return [.. _lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>Asserts that of every payment the last event tells whose it is now, and that only linked ones have any;
    /// answers how many there are. A feed in order may link a payment that was cut since, and so tells more.</summary>
    public async Task<int> CountEventsAsync()
    {
        var rows = new List<TableEntity>();
        var table = run.App.Services.GetRequiredService<StorageAccount>().Table(PaymentTable.TableName);
        await foreach (var row in table.QueryAsync<TableEntity>()) rows.Add(row);
        var told = rows.Where(r => r.RowKey.StartsWith(Outbox.RowPrefix, StringComparison.Ordinal))
            .ToLookup(r => r.PartitionKey, r => JsonNode.Parse(r.GetBinary("Event"))!);
        var payments = run.App.Services.GetRequiredService<PaymentTable>();
        foreach (var head in rows.Where(r => r.RowKey == "h"))
        {
            var outcome = (await payments.FindAsync(PaymentKey.Parse(head.PartitionKey), default)).Payment!.Outcome;
            var events = told[head.PartitionKey].OrderBy(e => (long)e["sequence"]!).ToList();
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => (long)e["sequence"]!));
            if (outcome.ProfileKey is { } owner) Assert.Equal(owner, (string?)events[^1]["data"]!["profile"]);
        }

        return told.Sum(t => t.Count());
    }

    private async Task AddCustomerAsync(string customer)
    {
        foreach (var program in Programs)
        {
            var wallet = $"programs/{program}/profiles/{customer}";
            foreach (var days in DaysLater)
            {
                var asOf = Uri.EscapeDataString($"{run.EndsAt.AddDays(days):yyyy-MM-dd'T'HH:mm:ss'Z'}");
                var balance = (await Shop.GetAsync($"{wallet}/balance?asOf={asOf}")).Expect(200).Json;
                _lines.Add($"points {customer} {program} +{days} " + string.Join(' ', new[]
                {
                    "active", "pending", "negative", "expired", "spent",
                }.Select(name => $"{name}={balance[name]}")));
            }

            var proof = (await Shop.GetAsync($"{wallet}/verify")).Expect(200).Json;
            Assert.True((bool)proof["ok"]!, proof.ToJsonString());
        }

        var profiles = run.App.Services.GetRequiredService<ProfileDirectory>();
        var figures = (await profiles.FindAsync(AppEnvironment.Live, customer, default))!.Figures;
        _lines.Add($"figures {customer} {figures.Orders} {string.Join(' ', figures.Money)}");
        await AddAsync($"profiles/{customer}/transactions?limit=200", $"transaction of {customer}");
    }

    private async Task AddCardAsync(string card)
    {
        var links = (await Shop.GetAsync($"fingerprints/{card}/links")).Expect(200).Json;
        foreach (var link in links["items"]!.AsArray())
        {
            // It is made of the customer's key, which is another in every app.
            link!.AsObject().Remove("linkId");
            _lines.Add($"link of {card} {link.ToJsonString()}");
        }

        _lines.Add($"card {card} {links["payments"]!.ToJsonString()}");
    }

    private async Task AddAsync(string path, string name)
    {
        for (string? next = ""; next is not null;)
        {
            var page = (await Shop.GetAsync(path + next)).Expect(200).Json;
            _lines.AddRange(page["items"]!.AsArray().Select(item => $"{name} {item!.ToJsonString()}"));
            next = page["next"]?.GetValue<string>() is { } cursor ? $"&cursor={cursor}" : null;
        }
    }
}
