using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CustomerFunctions.Local.Host.Tests.Durable;

public sealed record Line(string Name, int Count);

/// <summary>Orchestrators and activities of the engine's tests.</summary>
public sealed class Orchestrators
{
    public static ConcurrentDictionary<string, int> Calls { get; } = new();

    [Function("Sum")]
    public async Task<int> Sum([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var sum = 0;
        for (var i = 1; i <= 3; i++) sum += await context.CallActivityAsync<int>("Twice", i);
        return sum;
    }

    [Function("FanOut")]
    public async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context, int width)
    {
        var all = Enumerable.Range(0, width).Select(i => context.CallActivityAsync<int>("Twice", i));
        return (await Task.WhenAll(all)).Sum();
    }

    [Function("FanOutChildren")]
    public async Task<int> FanOutChildren([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var all = Enumerable.Range(0, context.GetInput<int>())
            .Select(i => context.CallSubOrchestratorAsync<int>("Child", i));
        return (await Task.WhenAll(all)).Sum();
    }

    [Function("Child")]
    public async Task<int> Child([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync<int>("Twice", context.GetInput<int>());

    [Function("FailingChild")]
    public int FailingChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        throw new FormatException($"child of {context.Parent!.Name}");

    [Function("RetryingParent")]
    public async Task<string> RetryingParent([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var attempts = 0;
        RetryHandler twice = retry => (attempts = retry.LastAttemptNumber) < 2;
        try
        {
            await context.CallSubOrchestratorAsync("FailingChild", options: TaskOptions.FromRetryHandler(twice));
        }
        catch (TaskFailedException failed)
        {
            return $"{attempts} {failed.FailureDetails.ErrorType} {failed.FailureDetails.ErrorMessage}";
        }

        return "completed";
    }

    [Function("Flaky")]
    public async Task<int> Flaky([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync<int>("FailTwice", context.InstanceId,
            TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(10))));

    [Function("Approval")]
    public async Task<string> Approval([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus(new Line("waiting", 1));
        return await context.WaitForExternalEvent<string>("Approved");
    }

    [Function("Loop")]
    public async Task<int> Loop([OrchestrationTrigger] TaskOrchestrationContext context, int round)
    {
        if (round == 5) return await context.WaitForExternalEvent<int>("Kept");
        await context.CallActivityAsync<int>("Twice", round);
        context.ContinueAsNew(round + 1);
        return -1;
    }

    [Function("Nap")]
    public async Task<bool> Nap([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var before = context.CurrentUtcDateTime;
        await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        return context.CurrentUtcDateTime > before;
    }

    [Function("Large")]
    public async Task<string> Large([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var text = await context.CallActivityAsync<string>("Repeat", context.GetInput<string>());
        await context.CallActivityAsync<int>("Twice", 1);
        return await context.CallActivityAsync<string>("Repeat", text);
    }

    [Function("TooLarge")]
    public async Task<int> TooLarge([OrchestrationTrigger] TaskOrchestrationContext context) =>
        (await context.CallActivityAsync<string>("Fill", context.GetInput<int>())).Length;

    [Function("Impatient")]
    public async Task Impatient([OrchestrationTrigger] TaskOrchestrationContext context) => await Task.Delay(50);

    [Function("Stray")]
    public async Task Stray([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var waiting = context.WaitForExternalEvent<int>("Never");
        await Task.Delay(50);
        await waiting;
    }

    [Function("CallsNobody")]
    public async Task<string> CallsNobody([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.CallActivityAsync<string>("Nobody");
        }
        catch (TaskFailedException failed)
        {
            return failed.FailureDetails.ErrorType;
        }
    }

    [Function("Sender")]
    public void Sender([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.SendEvent(context.GetInput<string>()!, "Approved", "from another");

    [Function("Hold")]
    public async Task<int> Hold([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync<int>("HoldActivity", context.InstanceId);

    [Function("Twice")]
    public int Twice([ActivityTrigger] int value) => 2 * value;

    [Function("Repeat")]
    public string Repeat([ActivityTrigger] string text) => text + text;

    [Function("Fill")]
    public string Fill([ActivityTrigger] int length) => new('x', length);

    [Function("FailTwice")]
    public int FailTwice([ActivityTrigger] string key)
    {
        var call = Calls.AddOrUpdate(key, 1, (_, n) => n + 1);
        return call < 3 ? throw new InvalidOperationException("not yet") : call;
    }

    [Function("HoldActivity")]
    public async Task<int> HoldActivity([ActivityTrigger] string key, string instanceId, CancellationToken cancel)
    {
        Assert.Equal(key, instanceId);
        if (Calls.AddOrUpdate(key, 1, (_, n) => n + 1) == 1) await Task.Delay(Timeout.Infinite, cancel);
        return Calls[key];
    }
}
