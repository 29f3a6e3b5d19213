using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Tests.Imports;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>The local host's process is killed while customers are merged, claimed and erased, and started
/// again.</summary>
public sealed partial class LifecycleKillTests : IAsyncLifetime
{
    private const int Rounds = 8;
    private const string Wallets = "programs/stars/profiles";
    private AzuriteProcess? _azurite;

    public async ValueTask InitializeAsync() =>
        _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
    }

    [Fact]
    public async Task Merges_claims_and_erasures_are_finished_once_after_the_host_was_killed()
    {
        var folder = Directory.CreateTempSubdirectory("lifecycle-kill-");
        try
        {
            var log = Path.Combine(folder.FullName, "killed.log");
            string key;
            string[] codes;
            using (var host = await ChildHost.StartAsync(_azurite!.ConnectionString, null, log))
            {
                key = await host.NewKeyAsync();
                codes = await ArrangeAsync(host, key, ChildHost.LettersOf(log));
            }

            // Each time it dies somewhere else in the rounds, and what it did before is done again.
            foreach (var point in (int[])[120, 233, 347, 480])
            {
                File.Delete(log);
                using var host = await ChildHost.StartAsync(_azurite.ConnectionString, $"table-call:{point}", log);
                Assert.False(await RunAsync(host, key, codes), $"It was not killed at {point}.");
                await host.ExitAsync();
                Assert.Equal("killed at table-call\n", await File.ReadAllTextAsync(log));
            }

            using var last = await ChildHost.StartAsync(_azurite.ConnectionString, null, log);
            Assert.True(await RunAsync(last, key, codes));
            for (var i = 0; i < Rounds; i++) await AssertAsync(last, key, i);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string[]> ArrangeAsync(ChildHost host, string key, string letters)
    {
        await host.SendAsync(HttpMethod.Put, "programs/stars", key, new JsonObject { ["title"] = "Stars" });
        var codes = new string[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var (id, points) in ((string, int)[])[($"one-{i}", 10), ($"other-{i}", 5), ($"gone-{i}", 3)])
                await AddAsync(host, key, id, points, isGuest: false);
            await AddAsync(host, key, $"guest-{i}", 7, isGuest: true);
            await host.SendAsync(
                HttpMethod.Post, $"profiles/other-{i}/claims", key, new JsonObject { ["guest"] = $"guest-{i}" });
            codes[i] = await CodeAsync(letters, $"guest-{i}@example.com");
        }

        return codes;
    }

    private static async Task AddAsync(ChildHost host, string key, string id, int points, bool isGuest)
    {
        await host.SendAsync(HttpMethod.Put, $"profiles/{id}", key, new JsonObject
        {
            ["kind"] = isGuest ? "guest" : "registered",
            ["name"] = id,
            ["email"] = $"{id}@example.com",
            ["phone"] = $"+4420{Math.Abs(id.Aggregate(17, (hash, c) => ((hash * 31) + c) % 89_999_999)) + 10_000_000}",
        });
        await host.SendAsync(HttpMethod.Post, $"{Wallets}/{id}/points", key, new JsonObject
        {
            ["points"] = points,
            ["reason"] = "Welcome",
        });
    }

    private static async Task<string> CodeAsync(string letters, string email)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var files = Directory.Exists(letters) ? Directory.GetFiles(letters, "*.eml") : [];
            foreach (var file in files)
                if (await File.ReadAllTextAsync(file, deadline.Token) is var text
                    && text.Contains($"To: {email}", StringComparison.Ordinal)) return Code().Match(text).Value;
            await Task.Delay(TimeSpan.FromMilliseconds(100), deadline.Token);
        }
    }

    /// <summary>Everything that is to be done, as a client would that has not heard; false when the host died.</summary>
    private static async Task<bool> RunAsync(ChildHost host, string key, string[] codes)
    {
        for (var i = 0; i < Rounds; i++)
        {
            var merged = await host.TryAsync(
                HttpMethod.Post, $"profiles/one-{i}/merge", key, new JsonObject { ["into"] = $"other-{i}" }, $"m-{i}");
            if (merged is null) return false;
            Assert.Equal(200, merged);
            var claim = new JsonObject { ["guest"] = $"guest-{i}", ["code"] = codes[i] };
            var claimed = await host.TryAsync(HttpMethod.Post, $"profiles/other-{i}/claims", key, claim, $"c-{i}");
            if (claimed is null) return false;
            Assert.Equal(200, claimed);
            var erased = await host.TryAsync(HttpMethod.Delete, $"profiles/gone-{i}", key, null, $"e-{i}");
            if (erased is null) return false;
            Assert.Contains(erased.Value, (int[])[202, 204, 404]);
        }

        return true;
    }

    private static async Task AssertAsync(ChildHost host, string key, int round)
    {
        var other = $"{Wallets}/other-{round}";
        var balance = await host.SendAsync(HttpMethod.Get, $"{other}/balance", key);
        Assert.Equal(10 + 5 + 7, balance["active"]!.GetValue<decimal>());
        var verified = await host.SendAsync(HttpMethod.Get, $"{other}/verify", key);
        Assert.True(verified["ok"]!.GetValue<bool>(), verified.ToJsonString());
        Assert.Equal(404, await host.TryAsync(HttpMethod.Get, $"profiles/gone-{round}", key, null, "read"));
    }

    [GeneratedRegex("(?<![0-9])[0-9]{6}(?![0-9])")]
    private static partial Regex Code();
}
