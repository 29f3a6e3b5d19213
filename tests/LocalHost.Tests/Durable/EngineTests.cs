using CustomerFunctions.Local.Host.Tests.Azurite;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Tests.Durable;

public sealed class EngineTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private DurableApp _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await DurableApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_sequence_of_activities_completes()
    {
        var ended = await _app.RunAsync("Sum");
        Assert.Equal("12", ended.SerializedOutput);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(32, ended.InstanceId.Length);
        Assert.Equal("null", ended.SerializedCustomStatus);
    }

    [Fact]
    public async Task A_thousand_activities_at_once_complete() =>
        Assert.Equal("999000", (await _app.RunAsync("FanOut", 1000)).SerializedOutput);

    [Fact]
    public async Task A_hundred_and_fifty_sub_orchestrations_complete() =>
        Assert.Equal("22350", (await _app.RunAsync("FanOutChildren", 150)).SerializedOutput);

    [Fact]
    public async Task A_failing_sub_orchestration_is_retried_and_tells_its_exception() =>
        Assert.Equal("\"2 System.FormatException child of RetryingParent\"",
            (await _app.RunAsync("RetryingParent")).SerializedOutput);

    [Fact]
    public async Task A_failing_activity_is_retried_by_policy() =>
        Assert.Equal("3", (await _app.RunAsync("Flaky")).SerializedOutput);

    [Fact]
    public async Task A_timer_moves_the_clock() => Assert.Equal("true", (await _app.RunAsync("Nap")).SerializedOutput);

    [Fact]
    public async Task Continuing_as_new_keeps_the_id_and_an_event_raised_rounds_before()
    {
        await _app.Client.ScheduleNewOrchestrationInstanceAsync("Loop", 0, new("loop"), Cancel);
        await _app.Client.RaiseEventAsync("loop", "kept", 42, Cancel);
        Assert.Equal("42", (await _app.EndAsync("loop")).SerializedOutput);
    }

    [Fact]
    public async Task Large_inputs_and_results_go_by_blob()
    {
        var text = new string('ü', 100_000);
        var ended = await _app.RunAsync("Large", text);
        Assert.Equal(400_000, ended.ReadOutputAs<string>()!.Length);
        Assert.Equal(text, ended.ReadInputAs<string>());
    }

    [Fact]
    public async Task A_result_over_4_MB_fails_its_activity()
    {
        var ended = await _app.RunAsync("TooLarge", 5_000_000);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("over 4 MB", ended.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_over_4_MB_is_refused()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => _app.RunAsync("Sum", new string('x', 5_000_000)));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Theory]
    [InlineData("Impatient")]
    [InlineData("Stray")]
    public async Task Awaiting_something_not_durable_fails_the_orchestration(string name)
    {
        var ended = await _app.RunAsync(name);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("invalid asynchronous invocation", ended.SerializedOutput, StringComparison.Ordinal);
        Assert.Null(ended.FailureDetails);
    }

    [Fact]
    public async Task An_unknown_orchestrator_fails_with_details()
    {
        var ended = await _app.RunAsync("NoSuchThing");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.StartsWith("{\"message\":", ended.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_activity_fails_its_caller() =>
        Assert.Equal("\"(unknown)\"", (await _app.RunAsync("CallsNobody")).SerializedOutput);

    [Fact]
    public async Task Suspending_holds_events_until_the_instance_is_resumed()
    {
        await _app.Client.ScheduleNewOrchestrationInstanceAsync("Approval", null, new("held"), Cancel);
        await _app.IsAsync("held", OrchestrationRuntimeStatus.Running);
        await _app.Client.SuspendInstanceAsync("held", "lunch", Cancel);
        await _app.IsAsync("held", OrchestrationRuntimeStatus.Suspended);
        await _app.Client.RaiseEventAsync("held", "Approved", "yes", Cancel);
        var held = await _app.Client.GetInstanceAsync("held", getInputsAndOutputs: true, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, held!.RuntimeStatus);
        Assert.Equal("lunch", held.SerializedOutput);
        Assert.Equal(new Line("waiting", 1), held.ReadCustomStatusAs<Line>());
        await _app.Client.ResumeInstanceAsync("held", cancellation: Cancel);
        Assert.Equal("\"yes\"", (await _app.EndAsync("held")).SerializedOutput);
    }

    [Fact]
    public async Task Terminating_ends_a_waiting_and_a_delayed_instance()
    {
        await _app.Client.ScheduleNewOrchestrationInstanceAsync("Approval", null, new("stopped"), Cancel);
        var later = new Microsoft.DurableTask.StartOrchestrationOptions("later", DateTimeOffset.MaxValue.AddYears(-1));
        await _app.Client.ScheduleNewOrchestrationInstanceAsync("Approval", later, Cancel);
        await _app.Client.TerminateInstanceAsync("stopped", "enough", Cancel);
        await _app.Client.TerminateInstanceAsync("later", "never", Cancel);
        var ended = await _app.EndAsync("stopped");
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal("\"enough\"", ended.SerializedOutput);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await _app.EndAsync("later")).RuntimeStatus);
    }

    [Fact]
    public async Task An_id_can_be_used_again_only_after_the_end()
    {
        await _app.Client.ScheduleNewOrchestrationInstanceAsync("Approval", null, new("order/7 #?"), Cancel);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => _app.RunAsync("Sum", id: "order/7 #?"));
        await _app.Client.RaiseEventAsync("order/7 #?", "Approved", "yes", Cancel);
        Assert.Equal("\"yes\"", (await _app.EndAsync("order/7 #?")).SerializedOutput);
        Assert.Equal("12", (await _app.RunAsync("Sum", id: "order/7 #?")).SerializedOutput);
        await Assert.ThrowsAsync<ArgumentException>(() => _app.RunAsync("Sum", id: "@entity"));
    }

    [Fact]
    public async Task Unknown_and_finished_instances_refuse_messages()
    {
        await _app.RunAsync("Sum", id: "over");
        var finished = await Assert.ThrowsAsync<RpcException>(() => _app.Client.RaiseEventAsync("over", "E", Cancel));
        Assert.Equal(StatusCode.FailedPrecondition, finished.StatusCode);
        var unknown = await Assert.ThrowsAsync<RpcException>(() => _app.Client.SuspendInstanceAsync("none", Cancel));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        Assert.Null(await _app.Client.GetInstanceAsync("none", Cancel));
        Assert.Equal(0, (await _app.Client.PurgeInstanceAsync("none", Cancel)).PurgedInstanceCount);
    }

    [Fact]
    public async Task An_orchestrator_raises_an_event_for_another()
    {
        await _app.Client.ScheduleNewOrchestrationInstanceAsync("Approval", null, new("receiver"), Cancel);
        await _app.RunAsync("Sender", "receiver");
        Assert.Equal("\"from another\"", (await _app.EndAsync("receiver")).SerializedOutput);
    }

    [Fact]
    public async Task Instances_are_listed_by_status_and_prefix_and_purged()
    {
        await _app.Client.ScheduleNewOrchestrationInstanceAsync("Approval", null, new("list-open"), Cancel);
        await _app.RunAsync("Sum", id: "list-done");
        await _app.RunAsync("Sum", id: "other-done");
        await _app.IsAsync("list-open", OrchestrationRuntimeStatus.Running);
        Assert.Equal(["list-done", "list-open"], await IdsAsync(new(InstanceIdPrefix: "list-")));
        Assert.Equal(["list-open"], await IdsAsync(new(Statuses: [OrchestrationRuntimeStatus.Running])));
        Assert.Equal(3, (await IdsAsync(new(PageSize: 1))).Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _app.Client.PurgeInstanceAsync("list-open", Cancel));
        var purged = await _app.Client.PurgeAllInstancesAsync(
            new(Statuses: [OrchestrationRuntimeStatus.Completed]), Cancel);
        Assert.Equal(2, purged.PurgedInstanceCount);
        Assert.Equal(["list-open"], await IdsAsync(new()));
        Assert.Null(await _app.Client.GetInstanceAsync("list-done", Cancel));
    }

    private async Task<List<string>> IdsAsync(OrchestrationQuery query)
    {
        var ids = new List<string>();
        await foreach (var found in _app.Client.GetAllInstancesAsync(query)) ids.Add(found.InstanceId);
        return ids;
    }
}
