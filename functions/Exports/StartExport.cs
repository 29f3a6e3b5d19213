using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Exports;

/// <summary>Starts an export.</summary>
public sealed class StartExport(ExportsTable exports, ExportOrders orders, TimeProvider clock)
{
    /// <summary>The answer: where to ask.</summary>
    public sealed record Response(string ExportId, ExportState State);

    [Function(nameof(StartExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "exports")] HttpRequest http,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Try(out var body, out error)) return Problem.From(error);
        var read = await orders.ReadAsync(body, caller.Environment, cancel);
        if (!read.Try(out var order, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        var export = new ExportRecord(
            Hash.Hex("export", change.Id)[..32], caller.Environment, caller.App.Name, order, change.BodyHash,
            ExportState.Queued, clock.GetUtcNow());
        var hit = !await exports.AddAsync(export, cancel);
        if (hit)
        {
            export = (await exports.FindAsync(caller.Environment, export.ExportId, cancel))!;
            if (export.BodyHash != change.BodyHash) return Problem.From(ExportsErrors.KeyReused);
        }

        await StartAsync(client, export, cancel);
        return Answer.Accepted(new Response(export.ExportId, ExportState.Queued)).AsHit(hit);
    }

    private static async Task StartAsync(DurableTaskClient client, ExportRecord export, CancellationToken cancel)
    {
        if (export.HasEnded || await client.GetInstanceAsync(export.ExportId, cancel) is { IsCompleted: false }) return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(RunExport), new ExportRef(export.Environment, export.ExportId),
                new StartOrchestrationOptions(export.ExportId), cancel);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The same request came twice at once, and the other was faster: just as good.
        }
    }
}
