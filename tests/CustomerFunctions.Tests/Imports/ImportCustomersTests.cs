using System.Text;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Imports;

public sealed class ImportCustomersTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_file_with_good_bad_and_repeated_rows_is_told_row_by_row()
    {
        var shop = await app.NewApplicationAsync();
        var import = await shop.ImportAsync(
            "Email,Name,Phone,Favourite dish\r\n" +
            "ada@example.com,Ada Lovelace,020 7946 0001,Ramen\r\n" +
            "not-an-email,Bob,,\r\n" +
            ",Carl,,\r\n" +
            "dora@example.com,,,\r\n" +
            "ADA@example.com,Ada again,,\r\n" +
            "eve@example.com,Eve,+44 20 7946 0001,\r\n" +
            "\r\n" +
            "fay@example.com,\"Fay\r\nsecond line\",12,\r\n" +
            "gus@example.com,Gus,,,too much\r\n" +
            "Hal <HAL@Example.com>,'=Hal,'+442079460002,\r\n" +
            "ida@example.com,Ida\r\n");
        Assert.Equal("completed", import["state"]!.GetValue<string>());
        Assert.Equal("3/0/0/0/7 of 10", import.Counts());
        Assert.Equal(
        [
            "3,Email,invalid-email", "4,Email,missing-email", "5,Name,missing-name", "6,Email,duplicate",
            "7,Phone,duplicate-phone", "9,Phone,invalid-phone", "11,,wrong-field-count",
        ], await shop.RejectedAsync(import));
        var hal = (await shop.GetAsync("profiles?search=hal@example.com")).Expect(200).Json["items"]![0]!;
        Assert.Equal("=Hal", hal["name"]!.GetValue<string>());
        Assert.Equal("HAL@Example.com", hal["email"]!.GetValue<string>());
        Assert.Equal("+442079460002", hal["phone"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_a_changed_one_updates()
    {
        var shop = await app.NewApplicationAsync();
        const string first =
            "email;first name;last name;id\nkim@example.org;Kim;One;kim-1\nlee@example.org;Lee;Two;lee-1\n";
        Assert.Equal("2/0/0/0/0 of 2", (await shop.ImportAsync(first)).Counts());
        Assert.Equal("0/0/2/0/0 of 2", (await shop.ImportAsync(first)).Counts());
        var second = first.Replace("One", "Uno");
        Assert.Equal("0/0/0/2/0 of 2", (await shop.ImportAsync(second, new { onExisting = "skip" })).Counts());
        Assert.Equal("0/1/1/0/0 of 2", (await shop.ImportAsync(second, new { matchBy = "integrationId" })).Counts());
        Assert.Equal("Kim Uno", (await shop.GetAsync("profiles/kim-1")).Expect(200).Text("name"));
    }

    [Fact]
    public async Task A_file_with_a_header_only_completes_with_nothing()
    {
        var shop = await app.NewApplicationAsync();
        var import = await shop.ImportAsync("name,email\n");
        Assert.Equal("completed", import["state"]!.GetValue<string>());
        Assert.Equal("0/0/0/0/0 of 0", import.Counts());
        Assert.Empty(await shop.RejectedAsync(import));
    }

    [Theory]
    [InlineData("utf-8", "")]
    [InlineData("utf-16", "\uFEFF")]
    [InlineData("utf-16BE", "\uFEFF")]
    [InlineData("windows-1252", "")]
    public async Task Names_survive_every_encoding(string encoding, string mark)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var shop = await app.NewApplicationAsync(environment: encoding is "utf-8" or "utf-16" ? "live" : "sandbox");
        var email = $"zoe@{encoding.ToLowerInvariant()}.example.com";
        var text = $"{mark}Name\tE-mail\tId\r\nZoë Måns\t{email}\t{encoding}\r\n";
        var import = await shop.ImportAsync(Encoding.GetEncoding(encoding).GetBytes(text));
        Assert.Equal("1/0/0/0/0 of 1", import.Counts());
        Assert.Equal("Zoë Måns", (await shop.GetAsync($"profiles/{encoding}")).Expect(200).Text("name"));
    }
}
