using CustomerFunctions.Local.Host.Durable.Replay;
using CustomerFunctions.Local.Host.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>Carries committed messages from one orchestration to others. A repeat does no harm: a call is known by
/// its caller, a result by its task; only an event sent by an orchestrator may arrive twice after a crash.</summary>
internal sealed class Courier(DurableStorage storage, Mailbox mailbox)
{
    /// <summary>Sends all that is waiting and deletes it.</summary>
    public async Task SendAllAsync(InstanceState state, CancellationToken cancel)
    {
        foreach (var (key, pending) in state.Outgoing.ToList())
        {
            await SendAsync(state.Head, key.Split('|')[1], pending.Action, cancel);
            await storage.Store.DeleteAsync(state.Head.Identity.InstanceId, [key], cancel);
            state.Outgoing.Remove(key);
        }
    }

    /// <summary>Tells the calling orchestration how this one ended.</summary>
    public async Task ReportAsync(InstanceHead ended, CancellationToken cancel)
    {
        if (ended is not { Caller: { } caller, Identity.ParentId: { } parentId }) return;
        var parent = await storage.Store.FindAsync(parentId, cancel);
        if (parent is null || parent.IsFinished || parent.Identity.Execution != caller.Execution) return;
        HistoryEvent result = ended.Status == OrchestrationRuntimeStatus.Completed
            ? new TaskCompleted(caller.Task, await storage.Store.Blobs.FetchAsync(ended.Output, cancel))
            : new TaskFailed(caller.Task, ended.Failure ?? new Failure(Failure.UnknownType, "Failed.", null));

        // The blob stays the child's, so the parent keeps a copy of its own.
        if (result is TaskCompleted { Result.Blob: not null } done)
            result = done with { Result = done.Result with { Blob = null } };
        await mailbox.AnswerAsync(parentId, caller.Execution, caller.Task, result, cancel);
    }

    private async Task SendAsync(
        InstanceHead sender, string execution, OrchestratorAction action, CancellationToken cancel)
    {
        switch (action)
        {
            case SubOrchestrationStarted sub:
                await StartAsync(sender, execution, sub, cancel);
                break;
            case EventSent sent when await storage.Store.FindAsync(sent.InstanceId, cancel) is { IsFinished: false }:
                await mailbox.SendAsync(sent.InstanceId, new EventRaised(sent.Name, Own(sent.Input)), cancel);
                break;
        }
    }

    private async Task StartAsync(
        InstanceHead caller, string execution, SubOrchestrationStarted sub, CancellationToken cancel)
    {
        var head = mailbox.NewHead(sub.InstanceId, sub.Name, Own(sub.Input));
        head = head with
        {
            Identity = head.Identity with { ParentId = caller.Identity.InstanceId, ParentName = caller.Identity.Name },
            Caller = (execution, sub.Id),
        };
        if (await mailbox.StartAsync(head, cancel) is not { } there || there.Caller == head.Caller) return;
        var taken = new Failure(
            "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
            $"An unfinished orchestration has the id '{sub.InstanceId}'.", null);
        await mailbox.AnswerAsync(
            caller.Identity.InstanceId, execution, sub.Id, new TaskFailed(sub.Id, taken), cancel);
    }

    private static Payload? Own(Payload? payload) => payload is null ? null : payload with { Blob = null };
}
