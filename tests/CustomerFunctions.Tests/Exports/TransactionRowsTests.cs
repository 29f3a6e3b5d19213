using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Exports;

/// <summary>In an app of its own, so that the environment holds nothing else.</summary>
public sealed class TransactionRowsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task All_transactions_are_those_of_each_customer()
    {
        var till = await Till.OpenAsync(app);
        var customers = new List<string>();
        for (var i = 0; i < 12; i++) customers.Add(await ShopAsync(till, i));
        var (lost, into, gone) = (customers[3], customers[4], customers[5]);
        (await till.Shop.PostAsync($"profiles/{lost}/merge", new { into })).Expect(200);
        (await till.Shop.DeleteAsync($"profiles/{gone}")).Expect(204);
        customers.RemoveAll(c => c == lost || c == gone);
        await till.NewCustomerAsync();

        var listed = new List<string>();
        foreach (var customer in customers)
            listed.AddRange((await till.Shop.GetAsync($"profiles/{customer}/transactions?limit=200")).Expect(200).Json["items"]!.AsArray()
                .Select(t => $"{customer}|{Of(t!)}"));
        var file = await app.ExportAsync(till.Shop, new { kind = "transactions" });
        Assert.Equal(
            "profileId|at|source|id|application|status|amount|refunded|currency|orderNumber|channel|store|paymentMedia", file.Lines[0]);
        Assert.Equal(listed.Order(), file.Lines.Skip(1).Order());
        Assert.Equal(listed.Count, file.Export["file"]!["rows"]!.GetValue<int>());
        Assert.Contains(listed, l => l.Contains("|cancelled|", StringComparison.Ordinal));
        // Each customer's are together, newest first.
        Assert.Equal(
            listed.Where(l => l.StartsWith(customers[0] + "|", StringComparison.Ordinal)),
            file.Lines.Where(l => l.StartsWith(customers[0] + "|", StringComparison.Ordinal)));

        var one = await app.ExportAsync(till.Shop, new
        {
            kind = "transactions",
            format = "xlsx",
            filter = new { profile = into, status = "completed" },
            fields = new[] { "amount", "id" },
        });
        Assert.Equal(
            listed.Where(l => l.StartsWith(into + "|", StringComparison.Ordinal) && l.Contains("|completed|", StringComparison.Ordinal))
                .Select(l => $"#{l.Split('|')[6]}|{l.Split('|')[3]}").Order(),
            Workbook.Read(one.Bytes)[0].Rows.Skip(1).Select(r => string.Join('|', r)).Order());
        var instants = listed.Select(l => l.Split('|')[1]).Order().ToList();
        var (after, before) = (instants[2], instants[^2]);
        var some = await app.ExportAsync(
            till.Shop, new { kind = "transactions", filter = new { after, before }, fields = new[] { "at" }, dateFormat = "unix" });
        Assert.Equal(
            instants.Count(i => string.CompareOrdinal(i, after) >= 0 && string.CompareOrdinal(i, before) < 0), some.Lines.Length - 1);
        Assert.All(some.Lines.Skip(1), l => Assert.Matches("^[0-9]{10}$", l));
    }

    /// <summary>A customer with an order, most with payments at a terminal, some of them given back.</summary>
    private async Task<string> ShopAsync(Till till, int number)
    {
        var (customer, card) = (await till.NewCustomerAsync(), app.NewName("fp"));
        (await till.LearnAsync(customer, card)).Expect(200);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        if (number % 4 == 0) return customer;
        var paid = app.NewName("t");
        await till.SendAsync(till.Message("completed", paid, card));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        if (number % 4 == 1) await till.SendAsync(till.Refund(paid, app.NewName("r"), 700));
        if (number % 4 == 2) await till.SendAsync(till.Message("cancelled", paid, null));
        app.Clock.Advance(TimeSpan.FromHours(1));
        return customer;
    }

    private static string Of(JsonNode t) => string.Join('|', ((string[])["at", "source", "id", "application", "status", "amount",
        "refunded", "currency", "orderNumber", "channel", "store", "paymentMedia"]).Select(name => $"{t[name]}"));
}
