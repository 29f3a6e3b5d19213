using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CustomerFunctions.Local.Host.DurableChild;

/// <summary>What activities did, one row for each time they ran: partition the step, key a new guid.</summary>
public sealed class Effects
{
    private readonly TableClient _table;

    public Effects(string connection, string prefix)
    {
        _table = new TableClient(connection, $"{prefix}Effects");
        _table.CreateIfNotExists();
    }

    public Task AddAsync(int step, CancellationToken cancel) =>
        _table.AddEntityAsync(new TableEntity($"{step:D4}", Guid.NewGuid().ToString("N")), cancel);
}

/// <summary>Orchestrations with a little of everything that a crash could tear.</summary>
public sealed class Trip(Effects effects)
{
    /// <summary>Steps 0 to 5, in sequence, side by side, in a sub-orchestration, and after a new generation.</summary>
    [Function("Trip")]
    public async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context, string? begun)
    {
        if (begun is not null) return begun + await context.CallActivityAsync<int>("Step", 5);
        var done = $"{await context.CallActivityAsync<int>("Step", 0)}";
        var beside = new[] { 1, 2 }.Select(step => context.CallActivityAsync<int>("Step", step));
        done += string.Concat(await Task.WhenAll(beside));
        done += await context.CallSubOrchestratorAsync<int>("Leg", 3);
        await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        done += await context.CallActivityAsync<int>("Step", 4);
        context.ContinueAsNew(done);
        return "not the end";
    }

    [Function("Leg")]
    public Task<int> Leg([OrchestrationTrigger] TaskOrchestrationContext context, int step) =>
        context.CallActivityAsync<int>("Step", step);

    /// <summary>More rows at once than a transaction holds.</summary>
    [Function("Wide")]
    public async Task<int> Wide([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var all = Enumerable.Range(0, 250).Select(step => context.CallActivityAsync<int>("Step", step));
        return (await Task.WhenAll(all)).Sum();
    }

    [Function("Step")]
    public async Task<int> Step([ActivityTrigger] int step, CancellationToken cancel)
    {
        await effects.AddAsync(step, cancel);
        return step;
    }
}
