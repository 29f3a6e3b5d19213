using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Imports;

/// <summary>A file as shops really send them, and the counts that its generator expects.</summary>
public sealed class GeneratedFileTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task Every_row_of_a_generated_file_is_told_as_its_generator_meant_it()
    {
        var folder = Directory.CreateTempSubdirectory("import-file-");
        var file = await CustomerFile.MakeAsync(folder.FullName, 2_000, "told");
        folder.Delete(recursive: true);
        var shop = await app.NewApplicationAsync();
        var import = await shop.ImportAsync(file.Bytes);
        var byCode = (await shop.RejectedAsync(import)).CountBy(r => r[(r.LastIndexOf(',') + 1)..])
            .ToDictionary(c => c.Key, c => c.Value);
        Assert.Equal(
            file.ByCode.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"),
            byCode.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));
        Assert.Equal(file.Counts, import.Counts());
        var export = (await shop.PostAsync("exports", new { kind = "customers" })).Expect(202);
        var exported = await shop.AwaitAsync($"exports/{export.Text("exportId")}");
        Assert.Equal(file.Created, exported["file"]!["rows"]!.GetValue<int>());
        Assert.Equal($"0/0/{file.Created}/0/{2_000 - file.Created} of 2000",
            (await shop.ImportAsync(file.Bytes)).Counts());
    }
}
