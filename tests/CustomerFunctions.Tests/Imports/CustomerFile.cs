using System.Diagnostics;
using System.Text.Json.Nodes;
using CustomerFunctions.Local.Host;

namespace CustomerFunctions.Tests.Imports;

/// <summary>A file of the sample generator, with what its import must report.</summary>
internal sealed record CustomerFile(byte[] Bytes, string Counts, int Created, JsonObject ByCode)
{
    public static async Task<CustomerFile> MakeAsync(string folder, int rows, string suffix)
    {
        var path = Path.Combine(folder, "customers.csv");
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = RepositoryRoot.Find(),
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])
            ["samples/make-customers.mjs", "--rows", $"{rows}", "--seed", "7", "--out", path, "--suffix", suffix])
            start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(path + ".expected.json"))!;
        var counts = $"{expected["created"]}/0/0/0/{expected["rejected"]} of {expected["rows"]}";
        return new CustomerFile(
            await File.ReadAllBytesAsync(path), counts, expected["created"]!.GetValue<int>(),
            expected["byCode"]!.AsObject());
    }
}
