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

    public static async Task<string> UploadAsync(this ApiClient client, byte[] file, string kind = "customers") =>
        (await client.PostAsync($"imports?kind={kind}", new ByteArrayContent(file))).Expect(201).Text("importId");

    public static Task<string> UploadAsync(this ApiClient client, string file, string kind = "customers") =>
        client.UploadAsync(Encoding.UTF8.GetBytes(file), kind);

    /// <summary>Uploads and imports a file; answers the import at its end.</summary>
    public static async Task<JsonNode> ImportAsync(this ApiClient client, byte[] file, object? options = null)
    {
        var importId = await client.UploadAsync(file);
        (await client.PostAsync($"imports/{importId}/start", options)).Expect(202);
        return await client.AwaitAsync($"imports/{importId}");
    }

    public static Task<JsonNode> ImportAsync(this ApiClient client, string file, object? options = null) =>
        client.ImportAsync(Encoding.UTF8.GetBytes(file), options);

    /// <summary>Uploads and imports a file of another kind.</summary>
    public static async Task<JsonNode> ImportKindAsync(
        this ApiClient client, string kind, string file, object? options = null)
    {
        var importId = await client.UploadAsync(file, kind);
        (await client.PostAsync($"imports/{importId}/start", options)).Expect(202);
        return await client.AwaitAsync($"imports/{importId}");
    }

    /// <summary>Reverts an import and waits until that is done.</summary>
    public static async Task<JsonNode> RevertAsync(this ApiClient client, JsonNode import)
    {
        var path = $"imports/{import["importId"]}";
        (await client.PostAsync($"{path}/revert")).Expect(202);
        return await client.UntilAsync(path, i => $"{i["revert"]?["state"]}" is "completed" or "failed");
    }

    /// <summary>Asks until an import or export has ended.</summary>
    public static Task<JsonNode> AwaitAsync(this ApiClient client, string path) =>
        client.UntilAsync(path, job => $"{job["state"]}" is "completed" or "failed" or "cancelled");

    /// <summary>Asks until something is so.</summary>
    public static async Task<JsonNode> UntilAsync(this ApiClient client, string path, Func<JsonNode, bool> isSo)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var answer = await client.GetAsync(path);
            if (isSo(answer.Expect(200).Json)) return answer.Json;
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
        var options = new Sylvan.Data.Csv.CsvDataReaderOptions
        {
            HasHeaders = false,
            Delimiter = ',',
            MaxBufferSize = 1 << 20,
        };
        using var reader = Sylvan.Data.Csv.CsvDataReader.Create(new StringReader(text.TrimStart('\uFEFF')), options);
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.RowFieldCount).Select(reader.GetString)]);
        return rows;
    }
}
