using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles;

public sealed class ListProfilesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private readonly Customers _customers = new(app);

    [Fact]
    public async Task A_row_has_the_columns_of_the_list()
    {
        var shop = await app.NewApplicationAsync();
        var (id, n) = (app.NewName("l"), Customers.NewNumber());
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        var stored = (await _customers.Directory.FindAsync(Customers.Live, id, Customers.Stop))!;
        app.Clock.Advance(TimeSpan.FromHours(2));
        foreach (var (amount, currency) in new[] { (1500, "EUR"), (250, "EUR"), (700, "USD") })
            await _customers.Directory.RecordPurchaseAsync(
                Customers.Live, stored.Key, new Purchase(1, amount, currency, 0, app.Clock.GetUtcNow()) { Channel = SalesChannel.Online },
                Customers.NewChange(), Customers.Stop);
        var row = (await shop.GetAsync(
            $"profiles?search=c{n}@&fields=name,email,phone,totalOrders,totalSpent,createdAt,lastActivityAt"))
            .Expect(200).Json["items"]![0]!;
        Assert.Equal(
            [
                "integrationId", "name", "email", "phone", "createdAt", "lastActivityAt", "totalOrders", "totalSpent",
            ],
            row.AsObject().Select(m => m.Key));
        Assert.Equal(3, row["totalOrders"]!.GetValue<int>());
        Assert.Equal(
            """[{"amount":1750,"currency":"EUR"},{"amount":700,"currency":"USD"}]""", row["totalSpent"]!.ToJsonString());
        Assert.Equal(stored.CreatedAt, row["createdAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal(app.Clock.GetUtcNow(), row["lastActivityAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task Filters_narrow_lists_and_searches_and_a_segment_is_refused()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var from = app.Clock.GetUtcNow();
        for (var i = 0; i < 6; i++)
        {
            app.Clock.Advance(TimeSpan.FromHours(1));
            (await shop.PutAsync($"profiles/f{i}", new
            {
                kind = i % 2 == 0 ? "guest" : "registered",
                name = $"Filter {i}",
                email = $"f{i}@example.com",
                phone = $"+4420{79460100 + i}",
                status = i < 3 ? "active" : "inactive",
                tags = i % 3 == 0 ? ["third", "all"] : new[] { "all" },
            })).Expect(201);
        }

        app.Clock.Advance(TimeSpan.FromHours(1));
        (await shop.PatchAsync("profiles/f1", new { title = "Ms" })).Expect(200);
        string At(int hours) => Uri.EscapeDataString(from.AddHours(hours).ToString("O"));
        foreach (var (query, expected) in new[]
        {
            ("tag=third", "f0 f3"), ("tag=all&limit=4", "f0 f1 f2 f3"), ("tag=none", ""),
            ("tag=all&kind=guest", "f0 f2 f4"), ("tag=all&status=inactive", "f3 f4 f5"),
            ("kind=registered&status=active", "f1"), ("createdAfter=" + At(4), "f4 f5"),
            ("createdBefore=" + At(3), "f0 f1"), ($"createdAfter={At(1)}&createdBefore={At(4)}", "f1 f2"),
            ($"tag=third&createdAfter={At(2)}", "f3"), ($"createdAfter={At(2)}&limit=1", "f2"),
            ("activeAfter=" + At(5), "f1 f5"), ("activeBefore=" + At(3), "f0"),
            ("search=filter&tag=third", "f0 f3"), ($"search=filter&createdAfter={At(4)}", "f4 f5"),
        })
            Assert.Equal(expected, string.Join(' ', (await PageAsync(shop, query)).Order()));
        Assert.Equal(
            ["?segment"], (await shop.GetAsync("profiles?segment=best")).ExpectProblem(400, "invalid").WrongFields);
        Assert.Equal(
            ["?activeAfter", "?createdBefore", "?fields", "?tag"],
            (await shop.GetAsync(
                $"profiles?createdBefore=x&activeAfter=1&fields=a&tag={new string('x', 65)}"))
                .ExpectProblem(400, "invalid").WrongFields);
    }

    [Fact]
    public async Task Whoever_is_there_all_the_time_is_shown_exactly_once_while_others_come_and_go()
    {
        var shop = await app.NewApplicationAsync();
        var stay = new List<string>();
        var go = new Queue<string>();
        var since = Uri.EscapeDataString(app.Clock.GetUtcNow().ToString("O"));
        for (var i = 0; i < 30; i++)
        {
            app.Clock.Advance(TimeSpan.FromMilliseconds(1));
            var id = app.NewName("come");
            (await shop.PutAsync($"profiles/{id}", Body())).Expect(201);
            if (i % 3 == 0) go.Enqueue(id);
            else stay.Add(id);
        }

        string[] queries =
        [
            $"createdAfter={since}", $"kind=guest&createdAfter={since}", "tag=stable", "search=steady",
        ];
        foreach (var query in queries)
        {
            var seen = new List<string>();
            var next = "";
            do
            {
                var page = (await shop.GetAsync($"profiles?limit=4&{query}{next}")).Expect(200);
                seen.AddRange(page.Json["items"]!.AsArray().Select(i => i!["integrationId"]!.GetValue<string>()));
                next = page.Json["next"] is { } cursor ? $"&cursor={cursor}" : "";
                app.Clock.Advance(TimeSpan.FromMilliseconds(1));
                var id = app.NewName("late");
                (await shop.PutAsync($"profiles/{id}", Body())).Expect(201);
                if (go.TryDequeue(out var gone)) (await shop.DeleteAsync($"profiles/{gone}")).Expect(204);
                Assert.True(seen.Count < 500, "The pages do not end.");
            }
            while (next.Length > 0);
            var shown = seen.Where(stay.Contains).ToList();
            Assert.Equal(shown.Distinct(), shown);
            Assert.Equal(stay.Order(), shown.Order());
        }
    }

    [Fact]
    public async Task Lists_tags_and_searches_cost_as_many_calls_among_3000_customers_as_among_300()
    {
        var small = int.TryParse(Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_MANY_CUSTOMERS"), out var many)
            ? 1_000
            : 300;
        await CreateAsync(small);
        var before = await CallsAsync();
        await CreateAsync((many > 0 ? many : 3_000) - small);
        var after = await CallsAsync();
        Assert.Equal(before, after);
        // Index partitions of the question, and as many profiles as the page holds.
        Assert.Equal([16 + 20, 8 + 20, 8 + 20, 16 + 20, 8 + 20, 8 + 20], after);
    }

    private async Task<int[]> CallsAsync()
    {
        var filters = new[]
        {
            new ProfileFilter(), new ProfileFilter(ProfileKind.Guest), new ProfileFilter { Tag = "bulk" },
        };
        var calls = new List<int>();
        foreach (var filter in filters)
            calls.Add(await CallsAsync(() => _customers.Finder.ListAsync(
                Customers.Live, filter, null, 20, Customers.Stop)));
        foreach (var typed in new[] { "listbulk zz", "listbulk", "zz" })
            calls.Add(await CallsAsync(() => _customers.Finder.SearchAsync(
                Customers.Live, SearchQuery.Of(typed), new ProfileFilter(), null, 20, Customers.Stop)));
        return [.. calls];
    }

    private async Task<int> CallsAsync(Func<Task> act)
    {
        app.Probe.Count();
        await act();
        return app.Probe.Calls.Count;
    }

    private async Task CreateAsync(int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(10_000))
        {
            var rows = chunk.Select(_ => Customers.NewNumber()).Select(n => new BatchRow(
                Guid.NewGuid().ToString("n"), $"bulk-{n}", new Profile
                {
                    Kind = ProfileKind.Guest,
                    Name = $"Listbulk Zz{Customers.Word(n)}",
                    Tags = ["bulk"],
                })).ToList();
            var options = new BatchOptions(BatchExisting.Update, BatchMatch.IntegrationId, app.Clock.GetUtcNow());
            var outcomes = await _customers.Batches.WriteAsync(Customers.Live, "test", rows, options, Customers.Stop);
            Assert.All(outcomes, o => Assert.Equal(BatchChange.Created, o.Change));
        }
    }

    private static object Body() => new { kind = "guest", name = "Steady Guest", tags = new[] { "stable" } };

    /// <summary>All pages but the last may be short; a limit shows the first one only.</summary>
    private static async Task<IReadOnlyList<string>> PageAsync(ApiClient shop, string query)
    {
        var found = new List<string>();
        var next = "";
        do
        {
            var page = (await shop.GetAsync($"profiles?{query}{next}")).Expect(200);
            found.AddRange(page.Json["items"]!.AsArray().Select(i => i!["integrationId"]!.GetValue<string>()));
            next = page.Json["next"] is { } cursor && !query.Contains("limit", StringComparison.Ordinal)
                ? $"&cursor={cursor}"
                : "";
        }
        while (next.Length > 0);
        return found;
    }
}
