using CustomerFunctions.Exports.Domain;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CustomerFunctions.Exports;

/// <summary>An export of customers: parts are staged side by side, then one step commits them in order.</summary>
public static class ExportCustomers
{
    private static readonly TaskOptions Retried = new(new RetryPolicy(
        maxNumberOfAttempts: 6, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromMinutes(1)));

    [Function(nameof(ExportCustomers))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var export = context.GetInput<ExportRef>()!;
        try
        {
            var parts = await StageAsync(context, export);
            await context.CallActivityAsync(
                nameof(EndExport), new ExportEnding(export, parts), Retried);
        }
        catch (TaskFailedException)
        {
            await context.CallActivityAsync(
                nameof(EndExport), new ExportEnding(export, null), Retried);
        }
    }

    private static async Task<IReadOnlyList<StagedPart>> StageAsync(TaskOrchestrationContext context, ExportRef export)
    {
        context.SetCustomStatus(new ExportProgress(0, ExportPart.Count, 0));
        var open = Enumerable.Range(0, ExportPart.Count).Select(number => context.CallActivityAsync<StagedPart>(
            nameof(StageExportPart), new ExportPart(export, number), Retried)).ToList();
        var done = new List<StagedPart>();
        while (open.Count > 0)
        {
            var first = await Task.WhenAny(open);
            open.Remove(first);
            done.Add(await first);
            context.SetCustomStatus(new ExportProgress(done.Count, ExportPart.Count, done.Sum(p => p.Rows)));
        }

        return done;
    }
}
