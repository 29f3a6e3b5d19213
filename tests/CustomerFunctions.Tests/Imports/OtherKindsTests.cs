using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Files of points, cards and coupons.</summary>
public sealed class OtherKindsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const string Points = "loyalty-points";
    private const string Cards = "loyalty-cards";

    [Fact]
    public async Task Points_are_granted_once_a_row_and_taken_back_by_a_revert()
    {
        var (shop, zoe, email) = await ShopAsync();
        var file = "customerprofileid,email,amount,reason,subledgerid,startdate,expirydate,program\n"
            + $"{zoe},,50,Welcome,,,1Y_U,stars\n{zoe},,0.5,,gifts,immediate,2027-01-31,stars\n,{email.ToUpperInvariant()},7,,,,,stars\n"
            + $"nobody,,5,,,,,stars\n{zoe},,5,,,,,moons\n{zoe},,\"1,5\",,,,,stars\n{zoe},,-1,,,,,stars\n,,3,,,,,stars\n{zoe},,,,,,,stars\n";
        var trial = (await shop.GetAsync($"imports/{await shop.UploadAsync(file, Points)}/preview")).Expect(200).Json;
        Assert.Equal("""{"create":3,"update":0,"unchanged":0,"skip":0,"conflict":0,"error":6}""", trial["counts"]!.ToJsonString());
        var import = await shop.ImportKindAsync(Points, file);
        Assert.Equal("3/0/0/0/6 of 9", import.Counts());
        Assert.Equal(
            [
                "5,customerprofileid,unknown-profile", "6,program,unknown-program", "7,amount,invalid-points",
                "8,amount,invalid-points", "9,customerprofileid,missing-profile", "10,amount,missing-points",
            ],
            await shop.RejectedAsync(import));
        Assert.Equal((57m, 0.5m), (await ActiveAsync(shop, zoe, "main"), await ActiveAsync(shop, zoe, "gifts")));
        var entries = (await shop.GetAsync($"programs/stars/profiles/{zoe}/entries")).Expect(200).Json["items"]!.AsArray();
        Assert.All(entries, e => Assert.Equal($"import:{import["importId"]}", $"{e!["by"]}"));
        Assert.Contains(entries, e => $"{e!["expiresAt"]}" == "2027-01-31T23:59:59Z");
        var reverted = await shop.RevertAsync(import);
        Assert.Equal("""{"removed":3,"restored":0,"kept":0}""", reverted["revert"]!["counts"]!.ToJsonString());
        Assert.Equal((0m, 0m), (await ActiveAsync(shop, zoe, "main"), await ActiveAsync(shop, zoe, "gifts")));
    }

    [Fact]
    public async Task The_program_of_a_whole_file_can_be_named_at_its_upload_and_points_that_were_spent_stay()
    {
        var (shop, zoe, _) = await ShopAsync();
        var upload = await shop.PostAsync(
            $"imports?kind={Points}&program=stars", new StringContent($"profile,points\n{zoe},10\n{zoe},20\n"));
        var importId = upload.Expect(201).Text("importId");
        (await shop.PostAsync($"imports/{importId}/start")).Expect(202);
        var import = await shop.AwaitAsync($"imports/{importId}");
        Assert.Equal("2/0/0/0/0 of 2", import.Counts());
        (await shop.PostAsync($"programs/stars/profiles/{zoe}/deductions", new { points = 15, reason = "x" })).Expect(201);
        var reverted = await shop.RevertAsync(import);
        Assert.Equal("""{"removed":1,"restored":0,"kept":1}""", reverted["revert"]!["counts"]!.ToJsonString());
        Assert.Equal(["?program"], (await shop.PostAsync($"imports?kind={Points}&program=moons", new StringContent("points\n1\n")))
            .Expect(400).WrongFields);
        Assert.Equal(["?program"], (await shop.PostAsync("imports?kind=customers&program=stars", new StringContent("name,email\n")))
            .Expect(400).WrongFields);
        var bare = await shop.UploadAsync("points\n1\n", Points);
        Assert.Equal(
            """["program","profile"]""",
            (await shop.PostAsync($"imports/{bare}/start")).ExpectProblem(409, "mapping-incomplete").Json["missing"]!.ToJsonString());
    }

    [Fact]
    public async Task Cards_are_made_changed_and_put_aside_again()
    {
        var (shop, zoe, _) = await ShopAsync();
        var (one, two) = (app.NewName("CARD").ToUpperInvariant(), app.NewName("CARD").ToUpperInvariant());
        var file = $"identifier,state,customerprofileids,program\n{one},active,{zoe},club\n{two},,,club\n{one},active,,club\n"
            + $"{app.NewName("CARD")},blocked,,club\n{app.NewName("CARD")},,nobody,club\n{app.NewName("CARD")},,,stars\nA B,,,club\n";
        var import = await shop.ImportKindAsync(Cards, file);
        Assert.Equal("2/0/0/0/5 of 7", import.Counts());
        Assert.Equal(
            [
                "4,identifier,duplicate", "5,state,invalid-state", "6,customerprofileids,unknown-profile",
                "7,program,not-a-card-program", "8,identifier,invalid-code",
            ],
            await shop.RejectedAsync(import));
        Assert.Equal(zoe, $"{(await shop.GetAsync($"programs/club/cards/{one}")).Expect(200).Json["members"]![0]!["profileId"]}");
        var again = $"code,type,profiles,program\n{one},customer,{zoe},club\n{two},customer,{zoe},club\n";
        Assert.Equal("0/1/1/0/0 of 2", (await shop.ImportKindAsync(Cards, again)).Counts());
        Assert.Equal("0/0/0/2/0 of 2", (await shop.ImportKindAsync(Cards, again, new { onExisting = "skip" })).Counts());
        // The second card was given a member since by another import.
        var reverted = await shop.RevertAsync(import);
        Assert.Equal("""{"removed":1,"restored":0,"kept":1}""", reverted["revert"]!["counts"]!.ToJsonString());
        var card = (await shop.GetAsync($"programs/club/cards/{one}")).Expect(200).Json;
        Assert.Equal(("inactive", 0), ($"{card["state"]}", card["members"]!.AsArray().Count));
    }

    [Fact]
    public async Task Points_go_onto_cards_too()
    {
        var (shop, zoe, _) = await ShopAsync();
        var code = app.NewName("CARD").ToUpperInvariant();
        Assert.Equal("1/0/0/0/0 of 1", (await shop.ImportKindAsync(Cards, $"code,program\n{code},club\n")).Counts());
        var import = await shop.ImportKindAsync(
            Points, $"card,profile,points,program\n{code},,5,club\nNO-CARD,,5,club\n,{zoe},5,club\n");
        Assert.Equal("1/0/0/0/2 of 3", import.Counts());
        Assert.Equal(["3,card,unknown-card", "4,,card-needed"], await shop.RejectedAsync(import));
        var balance = (await shop.GetAsync($"programs/club/cards/{code}/balance")).Expect(200);
        Assert.Equal(5m, balance.Number("active"));
    }

    [Fact]
    public async Task Coupons_can_be_looked_at_but_not_imported_yet()
    {
        var (shop, _, _) = await ShopAsync();
        var importId = await shop.UploadAsync("code,campaign\nA,x\nA,x\n,x\n", "coupons");
        var preview = (await shop.GetAsync($"imports/{importId}/preview")).Expect(200).Json;
        Assert.Equal("""{"create":1,"update":0,"unchanged":0,"skip":0,"conflict":1,"error":1}""", preview["counts"]!.ToJsonString());
        (await shop.PostAsync($"imports/{importId}/start")).ExpectProblem(409, "kind-not-taken");
    }

    [Theory]
    [InlineData("customers")]
    [InlineData(Points)]
    [InlineData(Cards)]
    [InlineData("coupons")]
    public async Task The_template_of_each_kind_needs_no_mapping(string kind)
    {
        var shop = await app.NewApplicationAsync();
        var template = (await shop.GetAsync($"import-templates/{kind}")).Expect(200).Body;
        var upload = await shop.PostAsync($"imports?kind={kind}", new StringContent(template));
        Assert.All(upload.Expect(201).Json["columns"]!.AsArray(), c => Assert.Equal($"{c!["header"]}", $"{c["field"]}"));
        (await shop.GetAsync("import-templates/shoes")).Expect(404);
    }

    private static async Task<decimal> ActiveAsync(ApiClient shop, string id, string ledger) =>
        (await shop.GetAsync($"programs/stars/profiles/{id}/balance?ledger={ledger}")).Expect(200).Number("active");

    private async Task<(ApiClient Shop, string Zoe, string Email)> ShopAsync()
    {
        var shop = await app.NewApplicationAsync();
        await shop.PutAsync("programs/stars", new { subledgers = true, earn = new { pointsPerUnit = 1 } });
        await shop.PutAsync("programs/club", new { kind = "card", earn = new { pointsPerUnit = 1 } });
        var (zoe, email) = (app.NewName("zoe"), $"{app.NewName("zoe")}@example.com");
        var body = new JsonObject { ["kind"] = "registered", ["name"] = "Zoe", ["email"] = email, ["phone"] = Phone() };
        (await shop.PutAsync($"profiles/{zoe}", body)).Expect(201);
        return (shop, zoe, email);
    }

    private static string Phone() => $"+4479{Random.Shared.Next(10_000_000, 99_999_999)}";
}
