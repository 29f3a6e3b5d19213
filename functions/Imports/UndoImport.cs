using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CustomerFunctions.Imports;

/// <summary>Undoes an import piece by piece, some at a time, and starts a new generation after a bounded number of
/// them.</summary>
public static class UndoImport
{
    private const int PiecesAtOnce = 4;
    private const int PiecesPerGeneration = 48;

    [Function(nameof(UndoImport))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var position = context.GetInput<RevertPosition>()!;
        try
        {
            position = position.Pieces is not null ? position : position with
            {
                Pieces = await context.CallActivityAsync<int[]>(
                    nameof(ListWrittenPieces), position.Order, Activities.Retried),
            };
            for (var done = 0; !position.IsDone && done < PiecesPerGeneration; done += PiecesAtOnce)
            {
                var pieces = position.Pieces!.Skip(position.Next).Take(PiecesAtOnce).ToList();
                var counts = await Task.WhenAll(pieces.Select(number => context.CallActivityAsync<RevertCounts>(
                    nameof(UndoImportRows), new RevertPiece(position.Order, number), Activities.Retried)));
                position = position with
                {
                    Next = position.Next + pieces.Count,
                    Counts = counts.Aggregate(position.Counts, (sum, some) => sum.Plus(some)),
                };
            }
        }
        catch (TaskFailedException)
        {
            await EndAsync(context, position, hasFailed: true);
            return;
        }

        if (position.IsDone) await EndAsync(context, position, hasFailed: false);
        else context.ContinueAsNew(position);
    }

    private static Task EndAsync(TaskOrchestrationContext context, RevertPosition position, bool hasFailed) =>
        context.CallActivityAsync(
            nameof(EndRevert), new RevertEnding(position.Order, position.Counts, hasFailed), Activities.Retried);
}
