using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Shared.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CustomerFunctions.Exports;

/// <summary>An export: it is cut into parts, these are staged side by side, then one step commits them in order. One
/// that is called off goes the same way, and finds at each step that nothing is left to do.</summary>
public static class RunExport
{
    [Function(nameof(RunExport))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var export = context.GetInput<ExportRef>()!;
        try
        {
            var parts = await context.CallActivityAsync<List<ExportPart>>(
                nameof(CutExport), export, Activities.Retried);
            var staged = await StageAsync(context, parts);
            await context.CallActivityAsync(nameof(EndExport), new ExportEnding(export, staged), Activities.Retried);
        }
        catch (TaskFailedException)
        {
            await context.CallActivityAsync(nameof(EndExport), new ExportEnding(export, null), Activities.Retried);
        }
    }

    private static async Task<IReadOnlyList<StagedPart>> StageAsync(
        TaskOrchestrationContext context, List<ExportPart> parts)
    {
        context.SetCustomStatus(new ExportProgress(0, parts.Count, 0));
        var open = parts.Select(part => context.CallActivityAsync<StagedPart>(
            nameof(StageExportPart), part, Activities.Retried)).ToList();
        var done = new List<StagedPart>();
        while (open.Count > 0)
        {
            var first = await Task.WhenAny(open);
            open.Remove(first);
            done.Add(await first);
            context.SetCustomStatus(new ExportProgress(done.Count, parts.Count, done.Sum(p => p.Rows)));
        }

        return done;
    }
}
