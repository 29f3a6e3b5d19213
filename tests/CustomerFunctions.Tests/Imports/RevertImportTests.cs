using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Imports that are undone.</summary>
public sealed class RevertImportTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly AppUnderTest _app = new(azurite);

    public ValueTask InitializeAsync() => _app.InitializeAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task After_an_import_and_its_revert_everything_is_exported_as_before()
    {
        var shop = await _app.NewApplicationAsync();
        (await shop.PutAsync("attributes/profile/colour", new { type = "string" })).Expect(201);
        await shop.ImportAsync(
            "name,email,phone,id,tags,consent.email,company\n"
            + "Ann,ann@example.com,020 7946 1001,ann,vip,yes,\nBob,bob@example.com,020 7946 1002,bob,,,Bob Ltd\n"
            + "Cat,cat@example.com,,cat,a;b,no,\nDan,dan@example.com,020 7946 1004,dan,,,\n");
        _app.Clock.Advance(TimeSpan.FromHours(5));
        (await shop.PatchAsync("profiles/dan", new { dietaryNotes = "Nuts", attributes = new { colour = "red" } })).Expect(200);
        _app.Clock.Advance(TimeSpan.FromDays(1));
        var before = await ExportAsync(shop);
        var import = await shop.ImportAsync(
            "name,email,phone,id,tags,consent.email,company,dietary notes\n"
            + "Ann B.,ann@example.com,020 7946 2001,ann,vip;lunch,no,Ann Ltd,Milk\n"
            + "Robert,bob@example.com,,,x,yes,,\nCat,cat@example.com,020 7946 1003,,,,,\n"
            + "Dan,dan@example.com,,,,,,Eggs\nNew,new@example.com,020 7946 1005,new,,yes,,\nNil,nil@example.com,,,,,,\n");
        Assert.Equal("2/4/0/0/0 of 6", import.Counts());
        Assert.NotEqual(before, await ExportAsync(shop));
        var reverted = await shop.RevertAsync(import);
        Assert.Equal("""{"removed":2,"restored":4,"kept":0}""", reverted["revert"]!["counts"]!.ToJsonString());
        Assert.Equal(before, await ExportAsync(shop));
        Assert.Equal("red", (string?)(await shop.GetAsync("profiles/dan")).Json["attributes"]!["colour"]);
        // Again it says the same, and what was there may be taken again.
        Assert.Equal(
            reverted["revert"]!.ToJsonString(), (await shop.PostAsync($"imports/{import["importId"]}/revert")).Expect(202)
                .Json["revert"]!.ToJsonString());
        Assert.Equal("1/0/0/0/0 of 1", (await shop.ImportAsync("name,email,phone\nEve,eve@example.com,020 7946 2001\n")).Counts());
    }

    [Fact]
    public async Task What_was_used_or_changed_since_stays()
    {
        var shop = await _app.NewApplicationAsync();
        (await shop.PutAsync("programs/stars", new { earn = new { pointsPerUnit = 1 } })).Expect(201);
        await shop.ImportAsync("name,email,id\nOld,old@example.com,old\nTwo,two@example.com,two\n");
        var import = await shop.ImportAsync(
            "name,email,id\nOldest,old@example.com,old\nTwice,two@example.com,two\nPat,pat@example.com,pat\n"
            + "Sue,sue@example.com,sue\nTom,tom@example.com,tom\nUna,una@example.com,una\n");
        (await shop.PostAsync("programs/stars/profiles/pat/points", new { points = 5, reason = "x" })).Expect(201);
        (await shop.PostAsync("profiles/sue/notes", new { text = "Sits by the window" })).Expect(201);
        (await shop.PatchAsync("profiles/tom", new { title = "Mr" })).Expect(200);
        (await shop.PatchAsync("profiles/two", new { title = "Ms" })).Expect(200);
        var reverted = await shop.RevertAsync(import);
        Assert.Equal("""{"removed":1,"restored":1,"kept":4}""", reverted["revert"]!["counts"]!.ToJsonString());
        foreach (var id in (string[])["pat", "sue", "tom", "two"]) (await shop.GetAsync($"profiles/{id}")).Expect(200);
        Assert.Equal("Old", (await shop.GetAsync("profiles/old")).Text("name"));
        Assert.Equal("Twice", (await shop.GetAsync("profiles/two")).Text("name"));
        (await shop.GetAsync("profiles/una")).Expect(404);
    }

    private static async Task<string> ExportAsync(ApiClient shop)
    {
        var order = new JsonObject
        {
            ["kind"] = "customers",
            ["fields"] = new JsonArray(
                "integrationId", "kind", "name", "email", "phone", "status", "consent.email", "dietaryNotes", "tags",
                "business.company", "createdAt", "lastActivityAt", "mobileVerified"),
        };
        var started = (await shop.PostAsync("exports", order)).Expect(202);
        var ended = await shop.AwaitAsync($"exports/{started.Text("exportId")}");
        return ended["file"]!["sha256"]!.GetValue<string>();
    }
}
