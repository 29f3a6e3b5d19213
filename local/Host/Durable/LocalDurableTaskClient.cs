using CustomerFunctions.Local.Host.Durable.Replay;
using CustomerFunctions.Local.Host.Durable.Running;
using CustomerFunctions.Local.Host.Durable.Storage;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Durable;

/// <summary>The client that the app is given. It writes to storage and wakes the engine of the same process.</summary>
internal sealed class LocalDurableTaskClient(
    DurableStorage storage, Mailbox mailbox, DataConverter converter, TimeProvider time) : DurableTaskClient("local")
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(100);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        var id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        ArgumentException.ThrowIfNullOrEmpty(id, nameof(options));
        if (id.StartsWith('@'))
            throw new ArgumentException("Ids that begin with '@' are those of entities.", nameof(options));
        var head = mailbox.NewHead(id, orchestratorName.Name, Serialize(input), options?.StartAt);
        if (await mailbox.StartAsync(head, cancellation) is not null)
            throw new OrchestrationAlreadyExistsException($"An unfinished orchestration has the id '{id}'.");
        return id;
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        await ExpectUnfinishedAsync(instanceId, cancellation);
        await mailbox.SendAsync(instanceId, new EventRaised(eventName, Serialize(eventPayload)), cancellation);
    }

    public override async Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        await ExpectUnfinishedAsync(instanceId, cancellation);
        await mailbox.SendAsync(instanceId, new Terminated(Serialize(options?.Output)), cancellation);
    }

    public override async Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        await ExpectUnfinishedAsync(instanceId, cancellation);
        await mailbox.SendAsync(instanceId, new Suspended(reason), cancellation);
    }

    public override async Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        await ExpectUnfinishedAsync(instanceId, cancellation);
        await mailbox.SendAsync(instanceId, new Resumed(reason), cancellation);
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(
            instanceId, head => head.Status != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, head => head.IsFinished, getInputsAndOutputs, cancellation);

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        await storage.Store.FindAsync(instanceId, cancellation) is { } head
            ? await DescribeAsync(head, getInputsAndOutputs, cancellation)
            : null;

    public override Microsoft.DurableTask.AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(
        OrchestrationQuery? filter = null) => new InstanceListing(storage, filter ?? new(), DescribeAsync);

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        if (await storage.Store.FindAsync(instanceId, cancellation) is not { } head) return new PurgeResult(0);
        if (!head.IsFinished)
            throw new InvalidOperationException($"'{instanceId}' is {head.Status}; only what has ended can be purged.");
        await storage.Store.PurgeAsync(instanceId, cancellation);
        await storage.Index.DeleteAsync(instanceId, cancellation);
        return new PurgeResult(1);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var count = 0;
        var found = GetAllInstancesAsync(new(filter.CreatedFrom, filter.CreatedTo, filter.Statuses));
        await foreach (var instance in found.WithCancellation(cancellation))
        {
            if (instance.IsCompleted)
                count += (await PurgeInstanceAsync(instance.InstanceId, options, cancellation)).PurgedInstanceCount;
        }

        return new PurgeResult(count);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<InstanceHead, bool> reached, bool inputsAndOutputs, CancellationToken cancel)
    {
        while (true)
        {
            var head = await storage.Store.FindAsync(instanceId, cancel);
            if (head is not null && reached(head)) return await DescribeAsync(head, inputsAndOutputs, cancel);
            await Task.Delay(PollEvery, time, cancel);
        }
    }

    private async Task<OrchestrationMetadata> DescribeAsync(
        InstanceHead head, bool inputsAndOutputs, CancellationToken cancel)
    {
        var input = inputsAndOutputs ? await storage.Store.Blobs.FetchAsync(head.Input, cancel) : null;
        var output = inputsAndOutputs ? await storage.Store.Blobs.FetchAsync(head.Output, cancel) : null;
        if ((input?.Text?.Length ?? 0) + (output?.Text?.Length ?? 0) > Payload.TextMax) throw TooLarge();
        return new OrchestrationMetadata(head.Identity.Name, head.Identity.InstanceId)
        {
            RuntimeStatus = head.Status,
            CreatedAt = head.CreatedAt,
            LastUpdatedAt = head.UpdatedAt,
            DataConverter = inputsAndOutputs ? converter : null,
            SerializedInput = input?.Text,
            SerializedOutput = output?.Text,

            // The real client shows a status that was never set as the text null.
            SerializedCustomStatus = inputsAndOutputs ? head.CustomStatus ?? "null" : null,
        };
    }

    private async Task ExpectUnfinishedAsync(string instanceId, CancellationToken cancel)
    {
        var head = await storage.Store.FindAsync(instanceId, cancel)
            ?? throw Refused(StatusCode.NotFound, $"No orchestration has the id '{instanceId}'.");
        if (head.IsFinished)
            throw Refused(StatusCode.FailedPrecondition, $"The orchestration '{instanceId}' is {head.Status}.");
    }

    private Payload? Serialize(object? value)
    {
        var text = converter.Serialize(value);
        return text?.Length > Payload.TextMax ? throw TooLarge() : Payload.Of(text);
    }

    private static RpcException TooLarge() =>
        Refused(StatusCode.ResourceExhausted, "Inputs and outputs are over 4 MB.");

    private static RpcException Refused(StatusCode code, string detail) => new(new Status(code, detail));
}
