using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Loyalty;

/// <summary>Tells where an audit stands; at its end, which wallets do not verify and why.</summary>
public sealed class GetAudit(AuditsTable audits)
{
    /// <summary>Where the audit stands.</summary>
    /// <param name="AuditId">Which audit.</param>
    /// <param name="State">Where it stands.</param>
    /// <param name="Wallets">Wallets looked at.</param>
    /// <param name="Entries">Their entries.</param>
    /// <param name="Wrong">At the end, the first 100 that are wrong, by owner.</param>
    /// <param name="WrongCount">All that are wrong.</param>
    /// <param name="StartedAt">When it was asked for.</param>
    /// <param name="EndedAt">When it ended; null before.</param>
    public sealed record Response(
        string AuditId, AuditState State, long Wallets, long Entries, IReadOnlyList<WrongWallet> Wrong, long WrongCount,
        DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

    [Function(nameof(GetAudit))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/audits/{auditId}")]
        HttpRequest http,
        string program,
        string auditId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (await audits.FindAsync(caller.Environment, auditId, cancel) is not { } audit || audit.Program != program)
            return Problem.From(Error.NotFound("audit"));
        var (state, counts) = audit.HasEnded
            ? (audit.State, audit.Counts)
            : await ProgressAsync(client, auditId, cancel);
        return Answer.Ok(new Response(
            auditId, state, counts.Wallets, counts.Entries, audit.Wrong, counts.WrongCount, audit.StartedAt,
            audit.EndedAt));
    }

    private static async Task<(AuditState State, AuditCounts Counts)> ProgressAsync(
        DurableTaskClient client, string auditId, CancellationToken cancel)
    {
        var running = await client.GetInstanceAsync(auditId, getInputsAndOutputs: true, cancel);
        // An unset custom status reads "null".
        return running?.SerializedCustomStatus is not null and not "null"
            ? (AuditState.Running, running.ReadCustomStatusAs<AuditCounts>()!)
            : (AuditState.Queued, AuditCounts.None);
    }
}
