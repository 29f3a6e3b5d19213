using System.Net;
using System.Net.Sockets;

namespace CustomerFunctions.Local.Host.Tests.Cli;

public sealed class HostProcessTests
{
    private const string Started = "Ctrl+C stops everything";

    [Fact]
    public async Task Sigterm_ends_the_host_and_all_that_it_started()
    {
        var ports = HostProcess.FreePorts(5);
        using var host = new HostProcess(HostProcess.On(ports));
        await host.UntilSaidAsync(Started);
        host.Terminate();
        Assert.Equal(0, await host.ExitAsync());
        await HostProcess.UntilFreeAsync(ports);
    }

    [Fact]
    public async Task A_killed_host_takes_azurite_with_it()
    {
        var ports = HostProcess.FreePorts(5);
        using var host = new HostProcess(HostProcess.On(ports));
        await host.UntilSaidAsync(Started);
        host.Kill();
        await HostProcess.UntilFreeAsync(ports);
    }

    [Fact]
    public async Task A_kill_point_ends_the_process_there_and_says_so_first()
    {
        var log = Path.GetTempFileName();
        using var host = new HostProcess(HostProcess.On(HostProcess.FreePorts(5)), new()
        {
            ["CUSTOMERFUNCTIONS_KILL_AT"] = "host-started:1",
            ["CUSTOMERFUNCTIONS_KILL_LOG"] = log,
        });
        Assert.Equal(128 + 9, await host.ExitAsync());
        Assert.Equal("killed at host-started\n", await File.ReadAllTextAsync(log));
        File.Delete(log);
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_sentence()
    {
        var ports = HostProcess.FreePorts(5);
        using var other = new TcpListener(IPAddress.Loopback, ports[1]);
        other.Start();
        using var host = new HostProcess(HostProcess.On(ports));
        Assert.Equal(
            $"Port {ports[1]}, which Azurite needs, is taken by another program.",
            (await host.ErrorsAsync()).Trim());
        Assert.Equal(1, await host.ExitAsync());
    }

    [Fact]
    public async Task Without_node_the_host_says_what_to_install()
    {
        using var host = new HostProcess(HostProcess.On(HostProcess.FreePorts(5)), new()
        {
            ["PATH"] = Path.GetDirectoryName(Environment.ProcessPath) ?? "/",
        });
        Assert.StartsWith(
            "'node' was not found: install Node 20 or later", await host.ErrorsAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await host.ExitAsync());
    }

    [Fact]
    public async Task An_azurite_that_runs_already_is_used_and_left_running()
    {
        var ports = HostProcess.FreePorts(7);
        using var first = new HostProcess(HostProcess.On(ports[..5]));
        await first.UntilSaidAsync(Started);
        int[] beside = [ports[5], .. ports[1..4], ports[6]];
        using var second = new HostProcess(HostProcess.On(beside));
        await second.UntilSaidAsync("an Azurite that was already running");
        await second.UntilSaidAsync(Started);
        second.Terminate();
        Assert.Equal(0, await second.ExitAsync());
        using var client = new HttpClient();
        var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{ports[1]}/"));
        Assert.StartsWith("Azurite", answer.Headers.Server.ToString(), StringComparison.Ordinal);
    }
}
