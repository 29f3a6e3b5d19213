using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CustomerFunctions.Cards;

/// <summary>A batch of cards: its chunks are made side by side, then one step joins their codes.</summary>
public static class MakeCardBatch
{
    // Chunks side by side: more would only wait for storage.
    private const int Parallel = 4;

    [Function(nameof(MakeCardBatch))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var work = context.GetInput<CardBatchWork>()!;
        try
        {
            var isComplete = await MakeAsync(context, work);
            await context.CallActivityAsync(
                nameof(EndCardBatch), new CardBatchEnding(work.Batch, isComplete), Activities.Retried);
        }
        catch (TaskFailedException)
        {
            await context.CallActivityAsync(
                nameof(EndCardBatch), new CardBatchEnding(work.Batch, false), Activities.Retried);
        }
    }

    private static async Task<bool> MakeAsync(TaskOrchestrationContext context, CardBatchWork work)
    {
        var (made, next, chunks) = (0, 0, CardChunk.CountOf(work.Count));
        var open = new List<Task<int>>();
        context.SetCustomStatus(new CardBatchProgress(0));
        while (next < chunks || open.Count > 0)
        {
            while (next < chunks && open.Count < Parallel)
                open.Add(context.CallActivityAsync<int>(
                    nameof(MakeCardChunk), new CardChunk(work.Batch, next++), Activities.Retried));
            var first = await Task.WhenAny(open);
            open.Remove(first);
            made += await first;
            context.SetCustomStatus(new CardBatchProgress(made));
        }

        return made == work.Count;
    }
}
