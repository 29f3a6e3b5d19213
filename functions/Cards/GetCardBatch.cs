using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Cards;

/// <summary>Tells where a batch of cards stands.</summary>
public sealed class GetCardBatch(CardBatchesTable batches)
{
    /// <summary>Where the batch stands.</summary>
    public sealed record Response(
        string BatchId, CardBatchState State, int Made, int Count, string Program, CardType Type, string Pattern,
        DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

    [Function(nameof(GetCardBatch))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "card-batches/{batchId}")] HttpRequest http,
        string batchId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (await batches.FindAsync(caller.Environment, batchId, cancel) is not { Order.Count: > 1 } batch)
            return Problem.From(Error.NotFound("batch"));
        var order = batch.Order;
        var (state, made) = await StandAsync(client, batch, cancel);
        return Answer.Ok(new Response(
            batchId, state, made, order.Count, order.Program, order.Type, order.Pattern.Text, batch.CreatedAt,
            batch.FinishedAt));
    }

    private static async Task<(CardBatchState State, int Made)> StandAsync(
        DurableTaskClient client, CardBatch batch, CancellationToken cancel)
    {
        if (batch.State == CardBatchState.Completed) return (batch.State, batch.Order.Count);
        var running = await client.GetInstanceAsync(batch.BatchId, getInputsAndOutputs: true, cancel);
        // An unset custom status reads "null".
        var made = running?.SerializedCustomStatus is not null and not "null"
            ? running.ReadCustomStatusAs<CardBatchProgress>()?.Made
            : null;
        var open = made is null ? CardBatchState.Queued : CardBatchState.Running;
        return (batch.HasEnded ? batch.State : open, made ?? 0);
    }
}
