using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Exports;

public sealed class ExportCustomersTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private static readonly HttpClient Plain = new();

    [Fact]
    public async Task An_export_holds_every_customer_once_and_is_what_it_says()
    {
        var shop = await app.NewApplicationAsync("live");
        await shop.ImportAsync("name,email,phone,id\n" + string.Concat(Enumerable.Range(0, 300).Select(
            i => $"Customer {i},c{i}@example.com,+4471{i:D8},c-{i}\n")) + "\"=Zoë; \"\"Z\"\"\",zoe@example.com,,zoe\n");
        (await shop.PutAsync("profiles/guest-1", new { kind = "guest", name = "Guest" })).Expect(201);
        var (rows, export, bytes) = await ExportAsync(shop, new { kind = "customers", format = "csv" });
        Assert.Equal(
            "integrationId,kind,name,email,phone,status,totalOrders,totalSpent,createdAt,lastActivityAt",
            string.Join(',', rows[0]));
        Assert.Equal(302, rows.Count - 1);
        Assert.Equal(302, rows.Skip(1).Select(r => r[0]).Distinct().Count());
        var file = export["file"]!;
        Assert.Equal(302, file["rows"]!.GetValue<int>());
        Assert.Equal(bytes.Length, file["bytes"]!.GetValue<int>());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file["sha256"]!.GetValue<string>());
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal("'=Zoë; \"Z\"", rows.Single(r => r[0] == "zoe")[2]);
        Assert.Equal("+447100000007", rows.Single(r => r[0] == "c-7")[4]);

        var (guests, _, _) = await ExportAsync(shop, new
        {
            kind = "customers",
            filter = new { kind = "guest", status = "active" },
            fields = new[] { "name", "kind" },
        });
        Assert.Equal(["name,kind", "Guest,guest"], guests.Select(r => string.Join(',', r)));
        var (_, _, plain) = await ExportAsync(
            shop, new { kind = "customers", fields = new[] { "phone", "integrationId", "name", "email" } });
        var again = await shop.ImportAsync(plain, new { matchBy = "integrationId" });
        Assert.Equal("0/0/301/0/1 of 302", again.Counts());
    }

    [Fact]
    public async Task An_export_of_nobody_has_a_header()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var (rows, export, _) = await ExportAsync(shop, new { kind = "customers", fields = new[] { "email" } });
        Assert.Equal(["email"], Assert.Single(rows));
        Assert.Equal(0, export["file"]!["rows"]!.GetValue<int>());
    }

    [Fact]
    public async Task Wrong_requests_name_every_wrong_field()
    {
        var shop = await app.NewApplicationAsync();
        var answer = await shop.PostAsync("exports", new
        {
            kind = "cats",
            format = "xml",
            filter = new { kind = "vip", size = 1 },
            fields = new[] { "name", "shoe" },
        });
        Assert.Equal(
            ["/fields/1", "/filter/kind", "/filter/size", "/format", "/kind"], answer.Expect(400).WrongFields);
        var site = await app.NewApplicationAsync(scopes: ["integration"]);
        (await site.PostAsync("exports", new { kind = "customers" })).ExpectProblem(403, "denied");
        (await shop.GetAsync("exports/nothing")).ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task The_same_key_gives_the_same_export_and_only_its_environment_sees_it()
    {
        var shop = await app.NewApplicationAsync("live");
        var key = ("Idempotency-Key", "export-1");
        var first = (await shop.PostAsync("exports", new { kind = "customers" }, key)).Expect(202);
        var again = (await shop.PostAsync("exports", new { kind = "customers" }, key)).Expect(202);
        Assert.Equal(first.Text("exportId"), again.Text("exportId"));
        Assert.Equal("true", again.Headers["Idempotency-Hit"]);
        (await shop.PostAsync("exports", new { kind = "customers", format = "csv" }, key))
            .ExpectProblem(422, "idempotency-key-reused");
        var other = await app.NewApplicationAsync("sandbox");
        (await other.GetAsync($"exports/{first.Text("exportId")}")).ExpectProblem(404, "not-found");
    }

    private async Task<(List<string[]> Rows, JsonNode Export, byte[] Bytes)> ExportAsync(ApiClient shop, object order)
    {
        // Links are dated by the app's clock and checked by storage's own.
        var now = TimeProvider.System.GetUtcNow();
        if (app.Clock.GetUtcNow() < now) app.Clock.SetUtcNow(now);
        var started = (await shop.PostAsync("exports", order)).Expect(202);
        Assert.Equal("queued", started.Text("state"));
        var export = await shop.AwaitAsync($"exports/{started.Text("exportId")}");
        Assert.Equal("completed", export["state"]!.GetValue<string>());
        var url = export["file"]!["url"]!.GetValue<string>();
        using var answer = await Plain.GetAsync(new Uri(url));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Equal(
            $"attachment; filename=\"customers-{export["createdAt"]!.GetValue<string>()[..10]}.csv\"",
            answer.Content.Headers.ContentDisposition?.ToString());
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return (Csv.Read(System.Text.Encoding.UTF8.GetString(bytes)), export, bytes);
    }
}
