using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Imports;

/// <summary>What rows would do, before they do it.</summary>
public sealed class PreviewImportTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Each_row_tells_what_it_would_do_and_the_import_then_does_that()
    {
        var (shop, stem) = (await app.NewApplicationAsync(), app.NewName("p"));
        await shop.ImportAsync(
            $"name,email,phone,id,tags\nAnn,ann@{stem}.com,020 7946 1001,ann-{stem},vip\n"
            + $"Bob,bob@{stem}.com,020 7946 1002,bob-{stem},\nCat,cat@{stem}.com,,cat-{stem},\n");
        var file = "name,email,phone,id,tags\n"
            + $"New,new@{stem}.com,,new-{stem},\n"
            + $"Ann B.,ann@{stem}.com,,ann-{stem},vip;lunch\n"
            + $"Bob,bob@{stem}.com,,,\n"
            + $"Eve,eve@{stem}.com,020 7946 1002,,\n"
            + $"Fay,fay@{stem}.com,,cat-{stem},\n"
            + $"Again,NEW@{stem}.com,,,\n"
            + "Gus,not-an-email,12,,\n";
        var importId = await shop.UploadAsync(file);
        var preview = (await shop.GetAsync($"imports/{importId}/preview")).Expect(200).Json;
        Assert.Equal(
            [
                $"2 create new-{stem} email,name ", $"3 update ann-{stem} name,tags ", $"4 unchanged bob-{stem}  ",
                "5 conflict   phone:phone-taken", "6 conflict   id:id-taken", "7 conflict   email:duplicate",
                "8 error   email:invalid-email",
            ],
            preview["items"]!.AsArray().Select(i => Line(i!)));
        var ann = preview["items"]![1]!["fields"]!.AsArray();
        Assert.Equal("""{"name":"name","from":"Ann","to":"Ann B."}""", ann[0]!.ToJsonString());
        Assert.Equal("""{"name":"tags","from":["vip"],"to":["vip","lunch"]}""", ann[1]!.ToJsonString());
        Assert.Equal(
            """{"create":1,"update":1,"unchanged":1,"skip":0,"conflict":3,"error":1}""", preview["counts"]!.ToJsonString());
        (await shop.PostAsync($"imports/{importId}/start", new { hash = $"{preview["hash"]}" })).Expect(202);
        Assert.Equal("1/1/1/0/4 of 7", (await shop.AwaitAsync($"imports/{importId}")).Counts());
    }

    [Fact]
    public async Task A_hash_that_no_longer_fits_keeps_the_import_from_starting()
    {
        var (shop, stem) = (await app.NewApplicationAsync(), app.NewName("p"));
        var importId = await shop.UploadAsync($"name,email,id\nAnn,ann@{stem}.com,ann-{stem}\n");
        var hash = await HashAsync(shop, importId, "?rows=5");
        Assert.Equal(hash, await HashAsync(shop, importId, "?rows=5"));
        Assert.NotEqual(hash, await HashAsync(shop, importId, "?rows=5&onExisting=skip"));
        (await shop.PutAsync($"profiles/ann-{stem}", new { kind = "guest" })).Expect(201);
        var refused = (await shop.PostAsync($"imports/{importId}/start", new { hash })).ExpectProblem(409, "preview-changed");
        Assert.Equal(await HashAsync(shop, importId, "?rows=5"), refused.Text("hash"));
        (await shop.PostAsync($"imports/{importId}/start", new { hash = "x" })).ExpectProblem(400, "invalid");
        Assert.Equal("uploaded", (await shop.GetAsync($"imports/{importId}")).Text("state"));
    }

    [Fact]
    public async Task Consents_make_no_difference_from_one_second_to_the_next()
    {
        var (shop, stem) = (await app.NewApplicationAsync(), app.NewName("p"));
        var importId = await shop.UploadAsync($"name,email,consent.email\nAnn,ann@{stem}.com,yes\n");
        var hash = await HashAsync(shop, importId, "");
        app.Clock.Advance(TimeSpan.FromHours(1));
        (await shop.PostAsync($"imports/{importId}/start", new { hash })).Expect(202);
        await shop.AwaitAsync($"imports/{importId}");
    }

    [Fact]
    public async Task A_dry_run_counts_as_the_import_does_and_writes_nothing()
    {
        var (shop, stem) = (await app.NewApplicationAsync(), app.NewName("p"));
        await shop.ImportAsync($"name,email\nAnn,ann@{stem}.com\nBob,bob@{stem}.com\n");
        var importId = await shop.UploadAsync(
            $"name,email\nAnn,ann@{stem}.com\nRob,bob@{stem}.com\nCat,cat@{stem}.com\nCat,cat@{stem}.com\nDan,\n");
        (await shop.PostAsync($"imports/{importId}/start", new { dryRun = true })).Expect(202);
        var trial = await shop.AwaitAsync($"imports/{importId}");
        Assert.Equal("1/1/1/0/2 of 5", trial.Counts());
        Assert.True((bool)trial["options"]!["dryRun"]!);
        Assert.Equal(["5,email,duplicate", "6,email,missing-email"], await shop.RejectedAsync(trial));
        Assert.Empty((await shop.GetAsync($"profiles?search=cat@{stem}.com")).Json["items"]!.AsArray());
        (await shop.PostAsync($"imports/{importId}/revert")).ExpectProblem(409, "not-ended");
        (await shop.PostAsync($"imports/{importId}/start")).Expect(202);
        var real = await shop.AwaitAsync($"imports/{importId}");
        Assert.Equal(trial.Counts(), real.Counts());
        Assert.Single((await shop.GetAsync($"profiles?search=cat@{stem}.com")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task What_is_wrong_with_the_question_is_told()
    {
        var shop = await app.NewApplicationAsync();
        var importId = await shop.UploadAsync("foo,bar\n1,2\n");
        (await shop.GetAsync($"imports/{importId}/preview")).ExpectProblem(409, "mapping-incomplete");
        Assert.Equal(
            ["?matchBy", "?onExisting", "?rows"],
            (await shop.GetAsync($"imports/{importId}/preview?rows=0&onExisting=x&matchBy=y")).Expect(400).WrongFields);
        (await shop.GetAsync($"imports/{new string('0', 32)}/preview")).ExpectProblem(404, "not-found");
    }

    private static async Task<string> HashAsync(ApiClient shop, string importId, string query) =>
        (await shop.GetAsync($"imports/{importId}/preview{query}")).Expect(200).Text("hash");

    private static string Line(JsonNode item) => $"{item["line"]} {item["change"]} {item["profileId"]} "
        + string.Join(',', item["fields"]!.AsArray().Select(f => f!["name"])) + " "
        + string.Join(',', item["errors"]!.AsArray().Select(e => $"{e!["column"]}:{e["code"]}"));
}
