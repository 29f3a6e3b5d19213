using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Tests.Imports;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>The official JavaScript client pushes payments at full speed, some twice and a tenth of them bad, while the
/// host is killed and started again, or storage is away: every payment is there once, the bad ones are set aside, and
/// queue and dead-letter queue are empty.</summary>
public sealed class PaymentStormTests : IAsyncLifetime
{
    private static readonly int Messages = Setting("CUSTOMERFUNCTIONS_STORM", 400);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(Setting("CUSTOMERFUNCTIONS_AWAY_SECONDS", 3));
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(Messages > 1_000 ? 30 : 5);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("payment-storm-");
    private AzuriteOptions? _place;
    private AzuriteProcess? _azurite;

    private string Log => Path.Combine(_folder.FullName, "killed.log");

    public async ValueTask InitializeAsync()
    {
        var ports = FreePorts.Take(3);
        _place = new AzuriteOptions
        {
            Location = Path.Combine(_folder.FullName, "storage"),
            BlobPort = ports[0],
            QueuePort = ports[1],
            TablePort = ports[2],
        };
        _azurite = await AzuriteProcess.StartAsync(_place, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_the_host_is_killed_under_full_speed()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        string application;
        using var terminals = new Process();
        int port;
        using (var host = await ChildHost.StartAsync(_azurite!.ConnectionString, $"message-dispatched:{Messages / 2}", Log))
        {
            await host.NewKeyAsync();
            (application, port) = (host.Application, host.ServiceBusPort);
            Start(terminals, host, "kill");
            await host.ExitAsync();
        }

        Assert.Equal("killed at message-dispatched\n", await File.ReadAllTextAsync(Log, deadline.Token));
        using var again = await ChildHost.StartAsync(_azurite.ConnectionString, null, Log, port);
        await EndAsync(terminals, deadline.Token);
        await AgreeAsync(again, application, deadline.Token);
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_storage_is_away_under_full_speed()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var host = await ChildHost.StartAsync(_azurite!.ConnectionString, null, Log);
        await host.NewKeyAsync();
        using var terminals = new Process();
        Start(terminals, host, "away");
        // Somewhere in the middle of both sending and receiving.
        while (await SentAsync(terminals, deadline.Token) is { } sent && sent < Messages / 2)
        {
        }

        await _azurite.DisposeAsync();
        await Task.Delay(Away, deadline.Token);
        _azurite = await AzuriteProcess.StartAsync(_place!, deadline.Token);
        await EndAsync(terminals, deadline.Token);
        await AgreeAsync(host, host.Application, deadline.Token);
    }

    private static int Setting(string name, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var n) ? n : byDefault;

    private static void Start(Process terminals, ChildHost host, string run)
    {
        var root = RepositoryRoot.Find();
        var start = new ProcessStartInfo("node") { WorkingDirectory = root, RedirectStandardOutput = true };
        string[] arguments =
        [
            Path.Combine(root, "tests", "CustomerFunctions.Tests", "Terminals", "send-payments.mjs"), host.ServiceBus,
            host.Application, $"{Messages}", run,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        terminals.StartInfo = start;
        terminals.Start();
    }

    private static async Task<int?> SentAsync(Process terminals, CancellationToken cancel) =>
        await terminals.StandardOutput.ReadLineAsync(cancel) is { } line
            ? (int?)JsonNode.Parse(line)!["sent"]
            : throw new InvalidOperationException("The terminals stopped early.");

    private static async Task EndAsync(Process terminals, CancellationToken cancel)
    {
        var last = "";
        while (await terminals.StandardOutput.ReadLineAsync(cancel) is { } line) last = line;
        Assert.Equal("""{"left":0}""", last);
        await terminals.WaitForExitAsync(cancel);
        Assert.Equal(0, terminals.ExitCode);
    }

    private static async Task AgreeAsync(ChildHost host, string application, CancellationToken cancel)
    {
        var expected = Enumerable.Range(0, Messages).Where(i => i % 20 is not (7 or 13)).ToList();
        // A key of the same application sees what its terminals have sent.
        var key = await host.KeyOfAsync(application);
        var payments = await ListAsync(host, key, "payments", "transactionId");
        Assert.Equal(expected, payments.Select(t => int.Parse(t.AsSpan(t.IndexOf('-') + 1), CultureInfo.InvariantCulture)).Order());
        // Messages that were sent twice are set aside twice. Those of nobody are for admins to see.
        key = await host.KeyOfAsync(application, "admin");
        var rejected = (await ListAsync(host, key, "rejected-payments", "body")).Distinct().ToList();
        Assert.Equal(Messages / 20, rejected.Count(body => body.Contains("much", StringComparison.Ordinal)));
        Assert.Equal(Messages / 20, rejected.Count(body => body.StartsWith("not json", StringComparison.Ordinal)));
        Assert.Equal(Messages / 10, rejected.Count);
        cancel.ThrowIfCancellationRequested();
    }

    private static async Task<List<string>> ListAsync(ChildHost host, string key, string list, string member)
    {
        var found = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = await host.SendAsync(HttpMethod.Get, $"{list}?limit=50{next}", key);
            found.AddRange(page["items"]!.AsArray().Select(p => p![member]!.GetValue<string>()));
            next = page["next"] is { } cursor ? $"&cursor={cursor}" : null;
        }

        return found;
    }
}
