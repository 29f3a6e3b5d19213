using System.Collections.Concurrent;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace CustomerFunctions.Tests.Harness;

/// <summary>Takes orchestrations without running them, so that nothing but the request under test calls storage, and
/// counts them. An id that has not ended is refused, as the engine does.</summary>
public sealed class RecordedStarts
{
    private readonly ConcurrentDictionary<string, (int Count, bool HasEnded)> _starts = new(StringComparer.Ordinal);

    /// <summary>True while a start is not seen by others yet, as between two that come at once.</summary>
    public bool IsHidden { get; set; }

    /// <summary>How often an orchestration was started.</summary>
    public int CountOf(string instanceId) => _starts.GetValueOrDefault(instanceId).Count;

    /// <summary>Ends an orchestration.</summary>
    public void End(string instanceId) => _starts[instanceId] = (CountOf(instanceId), true);

    /// <summary>Stands in for the app's own client.</summary>
    public void Replace(IServiceCollection services)
    {
        var client = new Mock<DurableTaskClient>("tests") { CallBase = true };
        client.Setup(c => c.ScheduleNewOrchestrationInstanceAsync(
                It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(),
                It.IsAny<CancellationToken>()))
            .Returns((TaskName _, object? _, StartOrchestrationOptions? o, CancellationToken _) =>
                Task.FromResult(Start(o!.InstanceId!)));
        client.Setup(c => c.GetInstancesAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .Returns((string id, bool _, CancellationToken _) => Task.FromResult(Find(id)));
        services.AddSingleton(client.Object);
    }

    private string Start(string id)
    {
        _starts.AddOrUpdate(id, (1, false), (_, there) => there.HasEnded
            ? (there.Count + 1, false)
            : throw new OrchestrationAlreadyExistsException(id));
        return id;
    }

    private OrchestrationMetadata? Find(string id) => IsHidden || !_starts.TryGetValue(id, out var start)
        ? null
        : new OrchestrationMetadata("recorded", id)
        {
            RuntimeStatus = start.HasEnded
                ? OrchestrationRuntimeStatus.Completed
                : OrchestrationRuntimeStatus.Running,
        };
}
