using System.Text;
using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CustomerFunctions.Tests.Imports;

/// <summary>Runs imports over HTTP as a client does.</summary>
internal static class ImportRun
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<string> UploadAsync(this ApiClient client, byte[] file) =>
        (await client.PostAsync("imports?kind=customers", new ByteArrayContent(file))).Expect(201).Text("importId");

    public static Task<string> UploadAsync(this ApiClient client, string file) =>
        client.UploadAsync(Encoding.UTF8.GetBytes(file));

    /// <summary>Uploads and imports a file; answers the import at its end.</summary>
    public static async Task<JsonNode> ImportAsync(this ApiClient client, byte[] file, object? options = null)
    {
        var importId = await client.UploadAsync(file);
        (await client.PostAsync($"imports/{importId}/start", options)).Expect(202);
        return await client.AwaitAsync($"imports/{importId}");
    }

    public static Task<JsonNode> ImportAsync(this ApiClient client, string file, object? options = null) =>
        client.ImportAsync(Encoding.UTF8.GetBytes(file), options);

    /// <summary>Asks until an import or export has ended.</summary>
    public static async Task<JsonNode> AwaitAsync(this ApiClient client, string path)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var answer = await client.GetAsync(path);
            if (answer.Expect(200).Text("state") is "completed" or "failed" or "cancelled") return answer.Json;
            Assert.False(deadline.IsCancellationRequested, $"Not ended in time: {answer.Body}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
            // The durable engine lives by the app's clock: its pauses before another try end while we wait.
            if (client.Host.Services.GetService<TimeProvider>() is FakeTimeProvider clock) clock.Advance(Pause);
        }
    }

    /// <summary>The rejected rows: line, column, code.</summary>
    public static async Task<string[]> RejectedAsync(this ApiClient client, JsonNode import)
    {
        var answer = await client.GetAsync($"imports/{import["importId"]}/rejected");
        return [.. Csv.Read(answer.Expect(200).Body).Skip(1).Select(r => $"{r[0]},{r[1]},{r[2]}")];
    }

    /// <summary>Counts as <c>created/updated/unchanged/skipped/rejected of rowsRead</c>.</summary>
    public static string Counts(this JsonNode import)
    {
        var p = import["progress"]!;
        return $"{p["created"]}/{p["updated"]}/{p["unchanged"]}/{p["skipped"]}/{p["rejected"]} of {p["rowsRead"]}";
    }
}

/// <summary>Reads CSV with a reader that is not ours.</summary>
internal static class Csv
{
    public static List<string[]> Read(string text)
    {
        var options = new Sylvan.Data.Csv.CsvDataReaderOptions { HasHeaders = false, Delimiter = ',' };
        using var reader = Sylvan.Data.Csv.CsvDataReader.Create(new StringReader(text.TrimStart('\uFEFF')), options);
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.RowFieldCount).Select(reader.GetString)]);
        return rows;
    }
}
