using System.Text;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared.Csv;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Activity: joins the codes of all chunks into one file and ends the batch.</summary>
public sealed class EndCardBatch(CardBatchesTable batches, CardBatchFiles files)
{
    [Function(nameof(EndCardBatch))]
    public async Task Run([ActivityTrigger] CardBatchEnding ending, CancellationToken cancel)
    {
        var batch = await batches.GetAsync(ending.Batch, cancel);
        var chunks = CardChunk.CountOf(batch.Order.Count);
        if (!batch.HasEnded)
        {
            if (ending.IsComplete) await files.JoinAsync(ending.Batch, chunks, Header(), cancel);
            await batches.EndAsync(
                ending.Batch, ending.IsComplete ? CardBatchState.Completed : CardBatchState.Failed, cancel);
        }

        await files.RemoveChunksAsync(ending.Batch, chunks, cancel);
    }

    private static string Header()
    {
        var header = new StringBuilder();
        CsvText.AppendRecord(header, "code", "memberNumber", "verificationCode");
        return header.ToString();
    }
}
