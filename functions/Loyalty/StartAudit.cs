using System.Text.Json;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Loyalty;

/// <summary>Starts an audit of all wallets of a program.</summary>
public sealed class StartAudit(ProgramCatalog programs, AuditsTable audits, TimeProvider clock)
{
    /// <summary>The answer: where to ask.</summary>
    public sealed record Response(string AuditId, AuditState State);

    [Function(nameof(StartAudit))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "programs/{program}/audit")] HttpRequest http,
        string program,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await ReadAsync(http, cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (await programs.FindAsync(caller.Environment, program, cancel) is null)
            return Problem.From(Error.NotFound("program"));
        var audit = new AuditRecord(
            Hash.Hex("audit", change.Id)[..32], caller.Environment, program, change.BodyHash, AuditState.Queued,
            clock.GetUtcNow());
        var hit = !await audits.AddAsync(audit, cancel);
        if (hit)
        {
            audit = (await audits.FindAsync(caller.Environment, audit.AuditId, cancel))!;
            if (audit.BodyHash != change.BodyHash) return Problem.From(LoyaltyErrors.KeyReused);
        }

        await BeginAsync(client, audit, cancel);
        return Answer.Accepted(new Response(audit.AuditId, AuditState.Queued)).AsHit(hit);
    }

    // There is nothing to say, so the body may be missing.
    private static async Task<Result<JsonElement>> ReadAsync(HttpRequest http, CancellationToken cancel)
    {
        var bytes = await http.ReadBodyAsync(Requests.BodyBytesMax, cancel);
        var json = bytes.Then(b => b.IsEmpty ? JsonSerializer.SerializeToElement(new { }) : Requests.Parse(b));
        return json.Then(JsonFields.Of).Then(body => body.Finish(() => true)).Then(_ => json);
    }

    private static async Task BeginAsync(DurableTaskClient client, AuditRecord audit, CancellationToken cancel)
    {
        if (audit.HasEnded || await client.GetInstanceAsync(audit.AuditId, cancel) is { IsCompleted: false }) return;
        try
        {
            var input = AuditPosition.Start(new AuditRef(audit.Environment, audit.Program, audit.AuditId));
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(AuditProgram), input, new StartOrchestrationOptions(audit.AuditId), cancel);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The same request came twice at once, and the other was faster: just as good.
        }
    }
}
