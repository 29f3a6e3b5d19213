using System.Diagnostics;
using Azure.Data.Tables;
using CustomerFunctions.Local.Host.DurableChild;
using CustomerFunctions.Local.Host.Tests.Azurite;

namespace CustomerFunctions.Local.Host.Tests.Durable;

/// <summary>A process of its own runs an orchestration, dies by SIGKILL at a named point, and starts again.</summary>
public sealed class KillTests(AzuriteFixture azurite)
{
    // 128 + SIGKILL, as the shell counts it.
    private const int Killed = 137;

    [Theory]
    [InlineData("activity-started:1")]
    [InlineData("activity-started:3")]
    [InlineData("activity-finished:1")]
    [InlineData("activity-finished:4")]
    [InlineData("history-write-before:1")]
    [InlineData("history-write-before:2")]
    [InlineData("history-write-before:5")]
    [InlineData("history-write-after:1")]
    [InlineData("history-write-after:2")]
    [InlineData("history-write-after:4")]
    [InlineData("history-write-after:5")]
    [InlineData("history-write-after:9")]
    public Task A_killed_orchestration_completes_after_a_restart(string point) =>
        SurvivesAsync("Trip", point, "Completed \"012345\"", steps: 6);

    [Theory]
    [InlineData("history-write-between:1")]
    [InlineData("history-write-between:2")]
    [InlineData("activity-finished:120")]
    public Task A_killed_wide_orchestration_completes_after_a_restart(string point) =>
        SurvivesAsync("Wide", point, "Completed 31125", steps: 250);

    private async Task SurvivesAsync(string orchestrator, string point, string output, int steps)
    {
        var prefix = DurableApp.NewPrefix();
        var log = Path.GetTempFileName();
        try
        {
            var (code, _) = await RunAsync(prefix, orchestrator, point, log);
            Assert.Equal(Killed, code);
            Assert.Equal($"killed at {point.Split(':')[0]}\n", await File.ReadAllTextAsync(log));
            Assert.Equal((0, output), await RunAsync(prefix, orchestrator, null, log));
        }
        finally
        {
            File.Delete(log);
        }

        var effects = new TableClient(azurite.ConnectionString, $"{prefix}Effects").Query<TableEntity>().ToList();
        Assert.Equal(steps, effects.Select(e => e.PartitionKey).Distinct().Count());

        // Whatever ran when the process died may have run twice, eight activities at most.
        Assert.InRange(effects.Count, steps, steps + 8);
    }

    private async Task<(int Code, string Output)> RunAsync(
        string prefix, string orchestrator, string? killAt, string log)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [typeof(Trip).Assembly.Location, azurite.ConnectionString, prefix, orchestrator];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment[DurableApp.ActivitiesAtOnce] = "8";
        start.Environment["CUSTOMERFUNCTIONS_KILL_AT"] = killAt;
        start.Environment["CUSTOMERFUNCTIONS_KILL_LOG"] = log;
        using var child = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            var output = child.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = child.StandardError.ReadToEndAsync(limit.Token);
            await child.WaitForExitAsync(limit.Token);
            Assert.Equal(string.Empty, await errors);
            return (child.ExitCode, (await output).Trim());
        }
        finally
        {
            if (!child.HasExited) child.Kill();
        }
    }
}
