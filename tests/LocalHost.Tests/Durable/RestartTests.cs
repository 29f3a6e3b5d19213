using CustomerFunctions.Local.Host.Tests.Azurite;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Tests.Durable;

public sealed class RestartTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_for_an_event_or_an_activity_goes_on_after_a_restart()
    {
        var prefix = DurableApp.NewPrefix();
        var held = $"held-{prefix}";
        await using (var first = await DurableApp.StartAsync(azurite, prefix))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Approval", null, new("waits"), Cancel);
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Hold", null, new(held), Cancel);
            await first.IsAsync("waits", OrchestrationRuntimeStatus.Running);
            await Eventually.True(() => Orchestrators.Calls.ContainsKey(held));
        }

        await using var second = await DurableApp.StartAsync(azurite, prefix);
        await second.Client.RaiseEventAsync("waits", "Approved", "late", Cancel);
        Assert.Equal("\"late\"", (await second.EndAsync("waits")).SerializedOutput);
        Assert.Equal("2", (await second.EndAsync(held)).SerializedOutput);
    }

    [Fact]
    public async Task Two_hosts_of_other_prefixes_do_not_see_each_other()
    {
        await using var first = await DurableApp.StartAsync(azurite);
        await using var second = await DurableApp.StartAsync(azurite);
        await first.RunAsync("Sum", id: "same");
        Assert.Null(await second.Client.GetInstanceAsync("same", Cancel));
        Assert.Equal("12", (await second.RunAsync("Sum", id: "same")).SerializedOutput);
    }
}
