using System.Text.Json.Nodes;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Jobs;

public sealed class ListJobsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Imports_exports_and_audits_are_one_list_newest_first()
    {
        var shop = await app.NewApplicationAsync();
        (await shop.PutAsync("programs/stars", new { earn = new { pointsPerUnit = 1 } })).Expect(201);
        var import = (await shop.ImportAsync("name,email\nAnn,ann@example.com\n"))["importId"]!.GetValue<string>();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var export = (await shop.PostAsync("exports", new { kind = "customers", format = "xlsx", filter = new { search = "ann" } }))
            .Expect(202).Text("exportId");
        await shop.AwaitAsync($"exports/{export}");
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var audit = (await shop.PostAsync("programs/stars/audit")).Expect(202).Text("auditId");
        await shop.AwaitAsync($"programs/stars/audits/{audit}");
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var uploaded = await shop.UploadAsync("name,email\nBob,bob@example.com\n");
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var waiting = await AddAsync(AppEnvironment.Live);
        (await shop.PostAsync($"exports/{await AddAsync(AppEnvironment.Live, later: 1)}/cancel")).Expect(200);
        await AddAsync(AppEnvironment.Sandbox);

        var items = (await shop.GetAsync("jobs")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(
            [
                "export customers csv cancelled", "export customers csv queued", "import customers uploaded", "audit stars completed",
                "export customers xlsx completed", "import customers completed",
            ],
            items.Select(i => $"{i!["kind"]} {i["what"]} {i["state"]}"));
        Assert.Equal((uploaded, audit, export, import), (Text(items[2], "id"), Text(items[3], "id"), Text(items[4], "id"), Text(items[5], "id")));
        Assert.Equal("""{"percent":100,"counts":{"rows":1}}""", items[4]!["progress"]!.ToJsonString());
        Assert.Equal(1, items[5]!["progress"]!["counts"]!["created"]!.GetValue<int>());
        foreach (var item in items)
            (await shop.GetAsync(Text(item, "link")["/api/v1/".Length..])).Expect(200);
        foreach (var ended in new[] { 3, 4, 5 })
            Assert.True(At(items[ended], "startedAt") >= At(items[ended], "createdAt") && At(items[ended], "finishedAt") is not null);

        Assert.Equal([audit], await IdsAsync(shop, "kind=audit"));
        Assert.Equal([waiting], await IdsAsync(shop, "state=queued"));
        Assert.Equal([export], await IdsAsync(shop, "kind=export&state=completed"));
    }

    [Fact]
    public async Task Pages_are_stable_while_jobs_come()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var made = new List<string>();
        // Three at each instant, so that ids decide as well.
        for (var i = 0; i < 7; i++) made.Add(await AddAsync(AppEnvironment.Sandbox, later: i / 3));
        var (seen, cursor) = (new List<string>(), "");
        do
        {
            var page = (await shop.GetAsync($"jobs?kind=export&state=queued&limit=2{cursor}")).Expect(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(i => Text(i, "id")));
            await AddAsync(AppEnvironment.Sandbox, later: 60);
            cursor = page["next"] is { } next ? $"&cursor={next}" : "";
        }
        while (cursor != "");
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(made.Order(), seen.Intersect(made).Order());
    }

    [Fact]
    public async Task Wrong_questions_name_what_is_wrong()
    {
        var shop = await app.NewApplicationAsync();
        var answer = await shop.GetAsync("jobs?kind=letter&state=lost&limit=0&cursor=%20&color=red");
        Assert.Equal(["?color", "?cursor", "?kind", "?limit", "?state"], answer.Expect(400).WrongFields);
        var site = await app.NewApplicationAsync(scopes: ["integration"]);
        (await site.GetAsync("jobs")).ExpectProblem(403, "denied");
    }

    private static string Text(JsonNode? item, string name) => item![name]!.GetValue<string>();

    private static DateTimeOffset? At(JsonNode? item, string name) => item![name]?.GetValue<DateTimeOffset>();

    private static async Task<string[]> IdsAsync(ApiClient shop, string query) =>
        [.. (await shop.GetAsync($"jobs?{query}")).Expect(200).Json["items"]!.AsArray().Select(i => Text(i, "id"))];

    /// <summary>An export that nothing works for.</summary>
    private async Task<string> AddAsync(AppEnvironment environment, int later = 0)
    {
        var order = new ExportOrder("customers", "csv", new ExportFilter(null, null), ["name"]);
        var export = new ExportRecord(
            Hash.Hex(Guid.NewGuid().ToString())[..32], environment, "shop", order, "", ExportState.Queued,
            app.Clock.GetUtcNow() + TimeSpan.FromSeconds(later));
        Assert.True(await app.Services.GetRequiredService<ExportsTable>().AddAsync(export, default));
        return export.ExportId;
    }
}
