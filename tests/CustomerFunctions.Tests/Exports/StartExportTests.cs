using System.IO.Compression;
using System.Text;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;

namespace CustomerFunctions.Tests.Exports;

public sealed class StartExportTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task All_formats_hold_the_same_and_say_what_they_are()
    {
        var shop = await app.NewApplicationAsync();
        (await shop.PutAsync("profiles/f-1", new
        {
            kind = "registered",
            name = "=Zoë",
            email = "f1@example.com",
            phone = "+442079460101",
            tags = new[] { "formats" },
        })).Expect(201);
        var fields = new[] { "integrationId", "name", "phone", "totalOrders" };
        var filter = new { tag = "formats" };
        var csv = await app.ExportAsync(shop, new { kind = "customers", filter, fields });
        Assert.Equal(["integrationId|name|phone|totalOrders", "f-1|'=Zoë|+442079460101|0"], csv.Lines);
        var gzip = await app.ExportAsync(shop, new { kind = "customers", filter, fields, compress = true });
        using var unzipped = new MemoryStream();
        using (var stream = new GZipStream(new MemoryStream(gzip.Bytes), CompressionMode.Decompress)) stream.CopyTo(unzipped);
        Assert.Equal(csv.Bytes, unzipped.ToArray());
        var xlsx = await app.ExportAsync(shop, new { kind = "customers", format = "xlsx", filter, fields });
        var sheet = Assert.Single(Workbook.Read(xlsx.Bytes));
        Assert.Equal(("customers", "f-1|=Zoë|+442079460101|#0"), (sheet.Name, string.Join('|', sheet.Rows[1])));
        var again = await app.ExportAsync(shop, new { kind = "customers", format = "xlsx", filter, fields });
        Assert.Equal(xlsx.Bytes, again.Bytes);
        Assert.Equal(
            $$"""
            {"exportId":"{{xlsx.Id}}","environment":"live","application":"{{shop.Application}}","kind":"customers","format":"xlsx","layout":"plain",
            "compressed":true,"fields":["integrationId","name","phone","totalOrders"],"filter":{"kind":null,"status":null,"tag":"formats"},
            "asOf":"{{xlsx.Export["createdAt"]}}","schemaVersion":1,"rows":1,"bytes":{{xlsx.Bytes.Length}},"sha256":"{{xlsx.Export["file"]!["sha256"]}}"}
            """.Replace("\n", "", StringComparison.Ordinal), xlsx.Export["manifest"]!.ToJsonString(CustomerFunctions.Shared.Http.Json.Options));
    }

    [Fact]
    public async Task A_filtered_export_holds_whom_the_list_shows()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        await shop.ImportAsync("name,email,phone,id,tags\n" + string.Concat(Enumerable.Range(0, 40).Select(
            i => $"{(i % 2 == 0 ? "Zoë" : "Ann")} O'Brien {i},w{i}@example.com,+4471{i:D8},w-{i},{(i % 3 == 0 ? "vip" : "")}\n")));
        (await shop.PutAsync("profiles/w-7", new
        {
            kind = "registered",
            name = "Ann Seven",
            email = "w7@example.com",
            phone = "+447100000007",
            status = "inactive"
        })).Expect(200);
        (await shop.PutAsync("profiles/guest", new { kind = "guest", name = "Zoë Guest", tags = new[] { "vip" } })).Expect(201);
        foreach (var (query, filter) in new (string, object)[]
        {
            ("kind=all", new { kind = "all" }), ("search=zoe%20obr", new { search = "zoe obr" }),
            ("tag=vip&kind=registered", new { tag = "vip", kind = "registered" }), ("status=inactive", new { status = "inactive" }),
            ("search=07100000012", new { search = "07100000012" }), ("createdAfter=2999-01-01T00:00:00Z",
                new { createdAfter = "2999-01-01T00:00:00Z" }), ("activeBefore=2999-01-01T00:00:00Z&search=w1",
                new { activeBefore = "2999-01-01T00:00:00Z", search = "w1" }),
        })
        {
            var listed = (await shop.GetAsync($"profiles?limit=200&{query}")).Expect(200).Json["items"]!.AsArray()
                .Select(i => i!["integrationId"]!.GetValue<string>()).Order();
            var file = await app.ExportAsync(shop, new { kind = "customers", filter, fields = new[] { "integrationId" } });
            Assert.Equal(listed, file.Lines.Skip(1).Order());
        }
    }

    [Fact]
    public async Task Files_for_marketing_hold_registered_customers_who_agreed_and_no_guest()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        foreach (var (id, kind, granted) in new[] { ("m-yes", "registered", true), ("m-no", "registered", false), ("m-guest", "guest", true) })
            (await shop.PutAsync($"profiles/{id}", new
            {
                kind,
                name = "Zoë van Dam",
                email = $"{id}@example.com",
                phone = "+44207946" + (granted ? "0201" : "0202"),
                dateOfBirth = "1990-02-28",
                tags = new[] { "market", "a b" },
                consent = new { email = new { granted } },
            })).Expect(201);
        (await shop.PostAsync("profiles/m-yes/addresses", new { lines = new[] { "1 High St" }, city = "London", postalCode = "N1", country = "GB" }))
            .Expect(201);
        var filter = new { tag = "market" };
        var mailchimp = await app.ExportAsync(shop, new { kind = "customers", layout = "mailchimp", filter });
        Assert.Equal(
            [
                "Email Address|First Name|Last Name|Address|Phone Number|Birthday|Tags",
                "m-yes@example.com|Zoë van|Dam|1 High St  London  N1  GB|+442079460201|02/28|\"market\",\"a b\"",
            ],
            mailchimp.Lines);
        var customerIo = await app.ExportAsync(shop, new { kind = "customers", layout = "customer.io", filter });
        Assert.Equal("id|email|created_at|first_name|last_name|phone|unsubscribed", customerIo.Lines[0]);
        Assert.Matches(@"^m-yes\|m-yes@example.com\|\d{10}\|Zoë van\|Dam\|\+442079460201\|false$", Assert.Single(customerIo.Lines[1..]));
    }

    [Theory]
    [InlineData("""{"kind":"coupons"}""", "/kind")]
    [InlineData("""{"kind":"segment","format":"pdf","compress":1}""", "/compress /format /kind")]
    [InlineData("""{"kind":"customers","layout":"mailchimp","fields":["name"],"dateFormat":"excel","filter":{"kind":"guest"}}""",
        "/dateFormat /fields /filter/kind")]
    [InlineData("""{"kind":"customers","layout":"excel","program":"x","filter":{"segment":"a","status":"gone","createdAfter":"now"}}""",
        "/filter/createdAfter /filter/segment /filter/status /layout /program")]
    [InlineData("""{"kind":"transactions","layout":"mailchimp","filter":{"search":"z","profile":"nobody","status":"x"},"fields":["email"]}""",
        "/fields /fields/0 /filter/profile /filter/search /filter/status /layout")]
    [InlineData("""{"kind":"loyalty-log","dateFormat":"q","filter":{"after":1,"ledger":""}}""",
        "/dateFormat /filter/after /filter/ledger /program")]
    [InlineData("""{"kind":"loyalty-log","program":"nothing","fields":["seq","seq"]}""", "/fields /program")]
    public async Task Everything_that_is_wrong_is_named_at_once(string body, string pointers)
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var answer = await shop.SendAsync(
            HttpMethod.Post, "exports", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(pointers, string.Join(' ', answer.Expect(400).WrongFields));
    }
}
