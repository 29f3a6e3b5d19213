using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Cards;

/// <summary>Makes one card at once, or starts a batch of many.</summary>
public sealed class CreateCards(CardDesk desk, CardMaker maker, CardBatchesTable batches)
{
    /// <summary>The answer for many: where to ask.</summary>
    public sealed record Response(string BatchId, CardBatchState State, int Count);

    private sealed record Request(string? Code, CardType Type, string? MemberNumber, int Count, CodePattern Pattern);

    [Function(nameof(CreateCards))]
    [RebuiltAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/cards")] HttpRequest http,
        string program,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var request, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await desk.OpenAsync(caller, program, cancel)).Try(out _, out error)) return Problem.From(error);

        var order = new CardOrder(program, request.Type, request.Pattern, request.Count);
        if (request.Count > 1) return await StartAsync(client, caller, order, change, cancel);
        var made = await maker.MakeAsync(
            caller.Environment, order, request.Code, request.MemberNumber, change,
            http.Headers.ContainsKey("Idempotency-Key"), cancel);
        if (!made.Try(out var saved, out error)) return Problem.From(error);
        var answer = await desk.TellAsync(saved.Stored, CardAnswer.CodeOf(saved.Stored, change.Id), cancel);
        return Answer.Created(answer).WithETag(saved.Stored.Tag).AsHit(saved.Hit);
    }

    private static Result<Request> Read(JsonFields body)
    {
        var count = (int)(body.Integer("count", 1, CardOrder.CountMax) ?? 1);
        var isEan13 = CardRequests.IsEan13(body);
        var code = CardRequests.Code(body, "code", isEan13);
        var number = CardRequests.Code(body, "memberNumber");
        var pattern = CardRequests.Pattern(body, isEan13, count);
        var type = body.Choice<CardType>("type") ?? CardType.Customer;
        if (count > 1 && body.Has("code")) body.Refuse("code", "Many cards need a pattern.");
        if (count > 1 && body.Has("memberNumber"))
            body.Refuse("memberNumber", "Many cards have their codes as numbers.");
        return body.Finish(() => new Request(code, type, number, count, pattern));
    }

    private async Task<IResult> StartAsync(
        DurableTaskClient client, Caller caller, CardOrder order, Change change, CancellationToken cancel)
    {
        var (batch, hit) = await batches.AddAsync(maker.NewBatch(caller.Environment, order, change), cancel);
        if (batch.BodyHash != change.BodyHash) return Problem.From(CardsErrors.KeyReused);
        if (!batch.HasEnded) await ScheduleAsync(client, batch, cancel);
        return Answer.Accepted(new Response(batch.BatchId, CardBatchState.Queued, order.Count)).AsHit(hit);
    }

    private static async Task ScheduleAsync(DurableTaskClient client, CardBatch batch, CancellationToken cancel)
    {
        if (await client.GetInstanceAsync(batch.BatchId, cancel) is { IsCompleted: false }) return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(MakeCardBatch),
                new CardBatchWork(new CardBatchRef(batch.Environment, batch.BatchId), batch.Order.Count),
                new StartOrchestrationOptions(batch.BatchId), cancel);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The same request came twice at once, and the other was faster: just as good.
        }
    }
}
