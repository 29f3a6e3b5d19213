using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;

namespace CustomerFunctions.Tests.Exports;

/// <summary>An export with its file.</summary>
/// <param name="Export">The answer at its end.</param>
/// <param name="Bytes">The file.</param>
internal sealed record ExportedFile(JsonNode Export, byte[] Bytes)
{
    /// <summary>The records of a CSV file, its header first.</summary>
    public List<string[]> Csv => Imports.Csv.Read(Encoding.UTF8.GetString(Bytes));

    /// <summary>The CSV's lines, cells with bars between them.</summary>
    public string[] Lines => [.. Csv.Select(r => string.Join('|', r))];

    public string Id => Export["exportId"]!.GetValue<string>();
}

/// <summary>Runs exports over HTTP as a client does.</summary>
internal static class ExportRun
{
    private static readonly HttpClient Plain = new();

    /// <summary>Orders an export, waits for its end, and gets the file by its link.</summary>
    public static async Task<ExportedFile> ExportAsync(this AppUnderTest app, ApiClient shop, object order)
    {
        // Links are dated by the app's clock and checked by storage's own.
        var now = TimeProvider.System.GetUtcNow();
        if (app.Clock.GetUtcNow() < now) app.Clock.SetUtcNow(now);
        var started = (await shop.PostAsync("exports", order)).Expect(202);
        var export = await shop.AwaitAsync($"exports/{started.Text("exportId")}");
        Assert.Equal("completed", export["state"]!.GetValue<string>());
        var bytes = await GetAsync(export["file"]!["url"]!);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), export["file"]!["sha256"]!.GetValue<string>());
        var manifest = JsonNode.Parse(await GetAsync(export["file"]!["manifestUrl"]!));
        Assert.True(JsonNode.DeepEquals(export["manifest"], manifest), $"{export["manifest"]} but {manifest}");
        return new ExportedFile(export, bytes);
    }

    /// <summary>What a link leads to.</summary>
    public static async Task<byte[]> GetAsync(JsonNode url)
    {
        using var answer = await Plain.GetAsync(new Uri(url.GetValue<string>()));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
