using CustomerFunctions.Local.Host.Azurite;

namespace CustomerFunctions.Local.Host.Cli;

/// <summary>The storage that a command-line host uses: one that is given, one that runs already, or its own.</summary>
/// <param name="ConnectionString">Opens it.</param>
/// <param name="Description">What to tell the person at the terminal.</param>
/// <param name="Azurite">The Azurite that was started, if any; it ends with the host.</param>
internal sealed record LocalStorage(string ConnectionString, string Description, AzuriteProcess? Azurite)
    : IAsyncDisposable
{
    private const string Development = "UseDevelopmentStorage=true";

    /// <exception cref="LocalHostException">Node is missing or a port is taken by something else.</exception>
    public static async Task<LocalStorage> OpenAsync(
        CliOptions options, string? setting, string root, CancellationToken cancel)
    {
        if (options.StorageConnection is { } given) return new(given, "what --storage-connection names", null);
        if (setting is { Length: > 0 } && setting.Trim().TrimEnd(';') != Development)
            return new(setting, "what the setting AzureWebJobsStorage names", null);
        var ports = new AzuritePorts(
            options.AzuritePorts.Blob, options.AzuritePorts.Queue, options.AzuritePorts.Table);
        if (await AnswersAsAzuriteAsync(ports, cancel))
            return new(ports.ConnectionString(), $"an Azurite that was already running on {Text(ports)}", null);
        var location = options.InMemory ? null : Path.Combine(root, ".local", "azurite");
        var wanted = new AzuriteOptions
        {
            Location = location,
            BlobPort = ports.Blob,
            QueuePort = ports.Queue,
            TablePort = ports.Table,
        };
        var azurite = await AzuriteProcess.StartAsync(wanted, cancel);
        return new(azurite.ConnectionString, $"Azurite on {Text(ports)}, {location ?? "in memory"}", azurite);
    }

    public ValueTask DisposeAsync() => Azurite?.DisposeAsync() ?? ValueTask.CompletedTask;

    // All three, because half an Azurite is a port taken by something else.
    private static async Task<bool> AnswersAsAzuriteAsync(AzuritePorts ports, CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        foreach (var port in ports.All())
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), cancel);
                if (!answer.Headers.Server.ToString().StartsWith("Azurite", StringComparison.Ordinal)) return false;
            }
            catch (HttpRequestException)
            {
                return false;
            }
            catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    private static string Text(AzuritePorts ports) => $"ports {ports.Blob}, {ports.Queue}, {ports.Table}";
}
