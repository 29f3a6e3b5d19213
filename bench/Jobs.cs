using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CustomerFunctions.Bench;

/// <summary>Imports and exports over HTTP, from the request to the end.</summary>
internal static class Jobs
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>Uploads a file of customers; answers the import's id.</summary>
    public static async Task<string> UploadAsync(HttpClient client, Stream file, CancellationToken cancel)
    {
        using var body = new StreamContent(file);
        var answer = await client.PostAsync(new Uri("imports?kind=customers", UriKind.Relative), body, cancel);
        return (await ReadAsync(answer, cancel))["importId"]!.GetValue<string>();
    }

    /// <summary>Starts an import and waits for its end.</summary>
    public static async Task<JsonObject> ImportAsync(
        HttpClient client, string id, CancellationToken cancel, bool dryRun = false)
    {
        await ReadAsync(await client.PostAsJsonAsync($"imports/{id}/start", new { dryRun }, cancel), cancel);
        return await EndOfAsync(client, $"imports/{id}", cancel);
    }

    /// <summary>Orders an export and waits for its end.</summary>
    public static async Task<JsonObject> ExportAsync(HttpClient client, object order, CancellationToken cancel)
    {
        var asked = await ReadAsync(await client.PostAsJsonAsync("exports", order, cancel), cancel);
        return await EndOfAsync(client, $"exports/{asked["exportId"]!.GetValue<string>()}", cancel);
    }

    /// <summary>An answer's body; a refusal is thrown with its text.</summary>
    public static async Task<JsonObject> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"{(int)answer.StatusCode}: {text}");
    }

    private static async Task<JsonObject> EndOfAsync(HttpClient client, string job, CancellationToken cancel)
    {
        while (true)
        {
            var state = await client.GetFromJsonAsync<JsonObject>(job, cancel);
            switch (state!["state"]!.GetValue<string>())
            {
                case "completed": return state;
                case "queued" or "running": await Task.Delay(AskAgain, cancel); break;
                default: throw new InvalidOperationException(state.ToJsonString());
            }
        }
    }
}
