using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CustomerFunctions.Imports;

/// <summary>
/// An import, step by step: wait for its turn, cut the file into ranges, read each range, let equal keys
/// meet, write what is left, merge what was rejected. It carries numbers only, and starts a new generation after a
/// bounded number of activities, so that its history stays small whatever the file's size.
/// </summary>
public static class RunImport
{
    /// <summary>The event by which an import whose turn has come is woken.</summary>
    public const string TurnEvent = "turn";

    /// <summary>Activities in one generation, about.</summary>
    private const int PiecesPerGeneration = 48;

    /// <summary>Activities at a time; the host runs fewer at once and keeps the others ready.</summary>
    private const int PiecesAtOnce = 8;

    /// <summary>How long a waiting import sleeps before it asks again by itself.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    [Function(nameof(RunImport))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var position = context.GetInput<ImportPosition>()!;
        try
        {
            for (var done = 0; position.Stage != ImportStage.Done && done < PiecesPerGeneration;)
            {
                context.SetCustomStatus(position.Progress());
                if (position.Stage == ImportStage.Turn || position.IsHeld)
                {
                    var turn = await context.CallActivityAsync<TurnAnswer>(
                        nameof(TakeImportTurn), position.Order, Activities.Retried);
                    if (turn == TurnAnswer.Over) return;
                    if (turn == TurnAnswer.Stop)
                    {
                        await EndAsync(context, position.Ending(isStopped: true));
                        return;
                    }

                    if (turn == TurnAnswer.Wait) await WaitAsync(context);
                    position = turn == TurnAnswer.Yours ? position.Taken() : position;
                    done += turn == TurnAnswer.Yours ? 1 : PiecesPerGeneration;
                    continue;
                }

                var pieces = Math.Min(PiecesAtOnce, position.Pieces - position.Next);
                position = await WorkAsync(context, position, pieces);
                done += pieces;
            }
        }
        catch (TaskFailedException e)
        {
            await EndAsync(context, position.Ending(e.FailureDetails.ErrorMessage));
            return;
        }

        if (position.Stage != ImportStage.Done) context.ContinueAsNew(position);
    }

    private static async Task<ImportPosition> WorkAsync(
        TaskOrchestrationContext context, ImportPosition position, int pieces)
    {
        if (position.Stage == ImportStage.Scan)
        {
            var scan = await context.CallActivityAsync<ScanResult>(
                nameof(ScanImport), position.Order, Activities.Retried);
            return position.Scanned(scan).After(1, ImportCounts.None);
        }

        if (position.Stage == ImportStage.Finish)
        {
            return await EndAsync(context, position.Ending())
                ? position.After(1, ImportCounts.None)
                : position.Held(ImportCounts.None);
        }

        var activity = position.Stage switch
        {
            ImportStage.Read => nameof(ReadImportRange),
            ImportStage.Claim => nameof(ClaimImportKeys),
            ImportStage.Settle => nameof(SettleImportKeys),
            _ => nameof(ApplyImportRows),
        };
        var results = await Task.WhenAll(Enumerable.Range(position.Next, pieces).Select(
            number => context.CallActivityAsync<PieceResult>(activity, position.Piece(number), Activities.Retried)));
        var counts = results.Aggregate(ImportCounts.None, (sum, piece) => sum.Plus(piece.Counts));
        return results.Any(r => r.IsHeld) ? position.Held(counts) : position.After(pieces, counts);
    }

    // False when the import was found paused or stopping.
    private static async Task<bool> EndAsync(TaskOrchestrationContext context, ImportEnding ending)
    {
        var ended = await context.CallActivityAsync<PieceResult>(nameof(EndImport), ending, Activities.Retried);
        if (ended.IsHeld) return false;
        await context.CallActivityAsync(nameof(PassImportTurn), ending.Order, Activities.Retried);
        return true;
    }

    private static async Task WaitAsync(TaskOrchestrationContext context)
    {
        try
        {
            await context.WaitForExternalEvent<string>(TurnEvent, AskAgain);
        }
        catch (OperationCanceledException)
        {
            // Nobody woke it within the time: it asks by itself.
        }
    }
}
