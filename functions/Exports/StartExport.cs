using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Exports;

/// <summary>Starts an export.</summary>
public sealed class StartExport(ExportsTable exports, TimeProvider clock)
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
        if (!JsonFields.Of(json).Then(Read).Try(out var order, out error)) return Problem.From(error);
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
                nameof(ExportCustomers), new ExportRef(export.Environment, export.ExportId),
                new StartOrchestrationOptions(export.ExportId), cancel);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The same request came twice at once, and the other was faster: just as good.
        }
    }

    private static Result<ExportOrder> Read(JsonFields body)
    {
        var kind = body.Text("kind", 20, required: true, k => k == "customers" ? null : "It must be: customers.");
        var format = body.Text("format", 10, fault: f => f == "csv" ? null : "It must be: csv.");
        var filter = body.Object("filter");
        var ofKind = filter?.Choice<ProfileKind>("kind");
        var ofStatus = filter?.Choice<ProfileStatus>("status");
        var fields = body.Texts("fields", CustomerFields.All.Count, 40, name =>
            CustomerFields.Find(name) is null ? "There is no such field of a customer." : null);
        if (fields.Distinct().Count() < fields.Count) body.Refuse("fields", "A field is named twice.");
        return body.Finish(() => new ExportOrder(
            kind!, format ?? "csv",
            new ExportFilter(
                ofKind is { } k ? CustomerFields.Word(k) : null, ofStatus is { } s ? CustomerFields.Word(s) : null),
            fields.Count > 0 ? fields : CustomerFields.Default));
    }
}
