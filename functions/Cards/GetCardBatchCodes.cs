using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Gives the codes of a completed batch with their verification codes, as CSV, streamed.</summary>
public sealed class GetCardBatchCodes(CardBatchesTable batches, CardBatchFiles files)
{
    [Function(nameof(GetCardBatchCodes))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "card-batches/{batchId}/codes")] HttpRequest http,
        string batchId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (await batches.FindAsync(caller.Environment, batchId, cancel) is not { Order.Count: > 1 } batch)
            return Problem.From(Error.NotFound("batch"));
        if (batch.State != CardBatchState.Completed) return Problem.From(CardsErrors.BatchNotFinished);
        var file = await files.OpenAsync(new CardBatchRef(caller.Environment, batchId), cancel);
        return Results.Stream(file, CsvText.ContentType, $"cards-{batchId}.csv");
    }
}
