using System.Text;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Nasty files: each ends as it must, and nothing crashes, hangs or is half imported.</summary>
public sealed class NastyFilesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    public static TheoryData<string> Names => new(NastyFiles.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_ends_as_it_must(string name)
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var (bytes, expected) = NastyFiles.All[name];
        Assert.Equal(expected, await EndAsync(shop, Own(bytes)));
    }

    [Fact]
    public void There_are_forty_at_least() => Assert.True(NastyFiles.All.Count >= 40, $"{NastyFiles.All.Count}");

    private static async Task<string> EndAsync(ApiClient shop, byte[] bytes)
    {
        var uploaded = await shop.PostAsync("imports?kind=customers", new ByteArrayContent(bytes));
        if (!uploaded.IsSuccess) return uploaded.Expect(400).Code;
        var importId = uploaded.Text("importId");
        (await shop.PostAsync($"imports/{importId}/start")).Expect(202);
        var import = await shop.AwaitAsync($"imports/{importId}");
        Assert.Equal("completed", $"{import["state"]}");
        var codes = (await shop.RejectedAsync(import)).GroupBy(r => r.Split(',')[^1]).OrderBy(g => g.Key)
            .Select(g => g.Count() == 1 ? g.Key : $"{g.Key}*{g.Count()}");
        return string.Join(' ', codes.Prepend(import.Counts()));
    }

    /// <summary>The file with addresses of a domain that no other file has; those in UTF-16 stay as they are.</summary>
    private static byte[] Own(byte[] bytes) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes)
        .Replace("@x.com", $"@{Guid.NewGuid():n}.com", StringComparison.OrdinalIgnoreCase));
}
