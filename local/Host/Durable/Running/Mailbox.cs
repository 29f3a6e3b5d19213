using CustomerFunctions.Local.Host.Durable.Replay;
using CustomerFunctions.Local.Host.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>Starts orchestrations and stores messages to them, then wakes who runs them.</summary>
internal sealed class Mailbox(DurableStorage storage, TimeProvider time, Ticker ticker)
{
    /// <summary>Told of each stored message; null says that the orchestration is new or has to be read again.</summary>
    public event Action<string, InboxMessage?>? Posted;

    /// <summary>Starts an orchestration unless an unfinished one has its id.</summary>
    /// <param name="head">The new head, without an ETag.</param>
    /// <returns>The one that is there: unfinished, or called by the same task of the same caller; else null.</returns>
    public async Task<InstanceHead?> StartAsync(InstanceHead head, CancellationToken cancel)
    {
        var id = head.Identity.InstanceId;
        while (true)
        {
            var there = await storage.Store.FindAsync(id, cancel);
            var repeated = there?.Caller is not null && there.Caller == head.Caller
                && there.Identity.ParentId == head.Identity.ParentId;
            if (there is not null && (repeated || !there.IsFinished)) return there;
            await storage.Index.OpenAsync(head.Identity, head.CreatedAt, cancel);
            if (!await storage.Store.CreateAsync(head, there, cancel)) continue;
            Posted?.Invoke(id, null);
            return null;
        }
    }

    /// <summary>A head for a new orchestration.</summary>
    public InstanceHead NewHead(string instanceId, string name, Payload? input, DateTimeOffset? startAt = null)
    {
        var now = time.GetUtcNow();
        return new InstanceHead
        {
            Identity = new(instanceId, name, Episode.NewExecution()),
            Status = OrchestrationRuntimeStatus.Pending,
            Input = input,
            CreatedAt = now,
            UpdatedAt = now,
            StartAt = startAt,
        };
    }

    /// <summary>Stores an event or a control message.</summary>
    public Task SendAsync(string instanceId, HistoryEvent message, CancellationToken cancel)
    {
        var ticks = ticker.Next();
        return PostAsync(instanceId, new(Keys.Message(ticks), ticks, message), cancel);
    }

    /// <summary>Stores the result of a task of an execution. A second one of the same task is dropped.</summary>
    public Task AnswerAsync(
        string instanceId, string execution, int task, HistoryEvent result, CancellationToken cancel) =>
        PostAsync(instanceId, new(Keys.Result(execution, task), ticker.Next(), result), cancel);

    /// <summary>Wakes who runs the orchestration, a message being stored already.</summary>
    public void Tell(string instanceId, InboxMessage? message) => Posted?.Invoke(instanceId, message);

    private async Task PostAsync(string instanceId, InboxMessage message, CancellationToken cancel)
    {
        var spilled = await storage.Store.Blobs.SpillAsync(instanceId, message.Event, cancel);
        message = message with { Event = spilled };
        if (await storage.Store.AddAsync(instanceId, message, cancel)) Posted?.Invoke(instanceId, message);
    }
}
