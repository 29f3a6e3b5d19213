using System.Text;
using CustomerFunctions.Tests.Cards;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.Exports;

public sealed class LoyaltyLogRowsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task The_log_of_a_program_is_the_logs_of_all_its_wallets()
    {
        var till = await Till.OpenAsync(app);
        var customers = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            customers.Add(await till.NewCustomerAsync());
            var wallet = $"programs/{till.Program}/profiles/{customers[i]}";
            for (var n = 0; n <= i; n++)
                (await till.Shop.PostAsync($"{wallet}/points", new { points = 10 + n, reason = $"=Gift {n}" })).Expect(201);
            (await till.Shop.PostAsync($"{wallet}/deductions", new { points = 1.5, reason = "Coffee" })).Expect(201);
            app.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var log = new { kind = "loyalty-log", program = till.Program };
        var file = await app.ExportAsync(till.Shop, log);
        Assert.Equal(await LogsAsync(till, customers), file.Lines.Skip(1).Order());
        var one = await app.ExportAsync(till.Shop, new
        {
            kind = "loyalty-log",
            program = till.Program,
            filter = new { profile = customers[4], before = "2999-01-01T00:00:00Z" },
            fields = new[] { "points", "reason", "owner" },
            format = "xlsx",
        });
        Assert.Equal(
            Enumerable.Range(0, 5).Select(n => $"#{10 + n}|=Gift {n}|{customers[4]}").Append($"#1.5|Coffee|{customers[4]}"),
            Workbook.Read(one.Bytes)[0].Rows.Skip(1).Select(r => string.Join('|', r)));

        // Of a customer who is erased the entries stay, without words.
        (await till.Shop.DeleteAsync($"profiles/{customers[2]}")).Expect(204);
        Assert.NotNull((await till.Shop.GetAsync($"exports/{file.Id}")).Json["withdrawnAt"]);
        var after = await app.ExportAsync(till.Shop, log);
        Assert.Equal(file.Lines.Length, after.Lines.Length);
        Assert.DoesNotContain(after.Lines, l => l.Contains(customers[2], StringComparison.Ordinal));
        Assert.Equal(4, after.Csv.Count(r => r[1] == "" && r[15] == ""));
        (await till.Shop.PostAsync($"profiles/{customers[0]}/merge", new { into = customers[1] })).Expect(200);
        var merged = await app.ExportAsync(till.Shop, log);
        Assert.DoesNotContain(merged.Lines, l => l.Contains($"|{customers[0]}|", StringComparison.Ordinal));
        Assert.Equal(after.Csv.Skip(1).Sum(Change), merged.Csv.Skip(1).Sum(Change));
    }

    [Fact]
    public async Task In_a_program_of_cards_the_owner_is_the_cards_code()
    {
        var shelf = await Cardholders.ArrangeAsync(app);
        var codes = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            codes.Add((await shelf.NewCardAsync()).Code);
            (await shelf.Shop.PostAsync($"{Cardholders.Cards}/{codes[i]}/points", new { points = 5 + i, reason = "x" })).Expect(201);
        }

        var file = await app.ExportAsync(shelf.Shop, new
        {
            kind = "loyalty-log",
            program = Cardholders.Cards.Split('/')[1],
            fields = new[] { "owner", "points" },
        });
        Assert.Equal(codes.Select((c, i) => $"{c}|{5 + i}").Order(), file.Lines.Skip(1).Order());
    }

    private static decimal Change(string[] row) => decimal.Parse(row[5], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<IEnumerable<string>> LogsAsync(Till till, IEnumerable<string> customers)
    {
        var lines = new List<string>();
        foreach (var customer in customers)
        {
            var log = (await till.Shop.GetAsync($"programs/{till.Program}/profiles/{customer}/entries.csv")).Expect(200);
            lines.AddRange(Csv.Read(Encoding.UTF8.GetString(log.Bytes)).Skip(1).Select(r => string.Join('|', r)));
        }

        return lines.Order();
    }
}
