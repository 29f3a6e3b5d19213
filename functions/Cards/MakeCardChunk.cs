using System.Text;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared.Csv;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Activity: makes the cards of one chunk and writes down their codes. A second run makes none twice and
/// writes the same codes.</summary>
public sealed class MakeCardChunk(CardBatchesTable batches, BulkCards cards, CardBatchFiles files)
{
    /// <summary>Answers how many cards there are now; none when the codes ran out.</summary>
    [Function(nameof(MakeCardChunk))]
    public async Task<int> Run([ActivityTrigger] CardChunk chunk, CancellationToken cancel)
    {
        var batch = await batches.GetAsync(chunk.Batch, cancel);
        var from = chunk.Number * CardChunk.Size;
        var count = Math.Min(CardChunk.Size, batch.Order.Count - from);
        if (await cards.MakeAsync(batch, from, count, cancel) is not { } made) return 0;
        var csv = new StringBuilder();
        foreach (var card in made)
            CsvText.AppendRecord(
                csv, card.Card.Code, card.Card.Number, Verification.CodeOf(card.Card.Salt, card.MadeBy.Id));
        await files.PutChunkAsync(chunk, csv.ToString(), cancel);
        return count;
    }
}
