using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CustomerFunctions.Loyalty;

/// <summary>An audit of a program: its owners are cut into parts, and round by round a piece of each open part is
/// looked at. It starts a new generation after some rounds, so that its history stays small whatever the number of
/// wallets.</summary>
public static class AuditProgram
{
    /// <summary>Rounds in one generation, of at most <see cref="AuditParts.Count"/> activities each.</summary>
    private const int RoundsPerGeneration = 4;

    [Function(nameof(AuditProgram))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var position = context.GetInput<AuditPosition>()!;
        try
        {
            context.SetCustomStatus(position.Counts);
            if (position.Open is null)
                position = position with
                {
                    Open = await context.CallActivityAsync<List<AuditPart>>(
                        nameof(CutAudit), position.Audit, Activities.Retried),
                };
            for (var round = 0; !position.IsDone && round < RoundsPerGeneration; round++)
            {
                position = position.After(await Task.WhenAll(position.Open!.Select(part =>
                    context.CallActivityAsync<AuditFindings>(nameof(AuditWallets), part, Activities.Retried))));
                context.SetCustomStatus(position.Counts);
            }

            if (position.IsDone)
                await context.CallActivityAsync(
                    nameof(EndAudit), new AuditEnding(position, IsWhole: true), Activities.Retried);
        }
        catch (TaskFailedException)
        {
            await context.CallActivityAsync(
                nameof(EndAudit), new AuditEnding(position, IsWhole: false), Activities.Retried);
            return;
        }

        if (!position.IsDone) context.ContinueAsNew(position);
    }
}
