using CustomerFunctions.Local.Host.Durable.Replay;
using Microsoft.DurableTask;

namespace CustomerFunctions.Local.Host.Tests.Durable;

public sealed class ReplayTimerTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(1.9, 1)]
    [InlineData(-30, 0)]
    [InlineData(5, 5)]
    public void Timers_come_due_after_whole_seconds(double seconds, double dueAfter)
    {
        var rig = new ReplayRig(async context =>
        {
            await context.CreateTimer(TimeSpan.FromSeconds(seconds), CancellationToken.None);
            return null;
        });
        var timer = Assert.IsType<TimerCreated>(Assert.Single(rig.Start().Actions));
        Assert.Equal(TimeSpan.FromSeconds(dueAfter), timer.DueAt - rig.Now);
    }

    [Fact]
    public void A_cancelled_timer_throws_and_its_firing_is_dropped()
    {
        var rig = new ReplayRig(async context =>
        {
            using var stop = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), stop.Token);
            await context.CallActivityAsync("A");
            stop.Cancel();
            var cancelled = await Assert.ThrowsAsync<TaskCanceledException>(() => timer);
            await context.CallActivityAsync("B");
            return cancelled is not null;
        });
        Assert.Equal([0], rig.Start().OpenTimers);
        Assert.Empty(rig.Done(1).OpenTimers);
        Assert.Null(rig.Step(new TimerFired(0)).Ending);
        Assert.Equal("true", ReplayRig.Output(rig.Done(2)));
    }

    [Fact]
    public void A_policy_pauses_longer_each_time_up_to_its_limit_and_then_gives_up()
    {
        var policy = new RetryPolicy(4, TimeSpan.FromSeconds(3), 2, TimeSpan.FromSeconds(5));
        var rig = new ReplayRig(async context =>
            await context.CallActivityAsync<int>("A", options: TaskOptions.FromRetryPolicy(policy)));
        rig.Start();
        var pauses = new List<double>();
        for (var id = 0; id < 6; id += 2)
        {
            var timer = Assert.IsType<TimerCreated>(Assert.Single(rig.Failed(id, "no").Actions));
            pauses.Add((timer.FireAt - rig.Now).TotalSeconds);
            Assert.IsType<ActivityScheduled>(Assert.Single(rig.Step(new TimerFired(id + 1)).Actions));
        }

        Assert.Equal([3, 5, 5], pauses);
        Assert.Contains("Task 'A' (#6) failed", ReplayRig.Output(rig.Failed(6, "no")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_retries_only_what_its_filter_lets_through()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1)) { HandleFailure = f => f.ErrorMessage == "again" };
        var rig = new ReplayRig(async context =>
            await context.CallActivityAsync<int>("A", options: TaskOptions.FromRetryPolicy(policy)));
        rig.Start();
        Assert.Null(rig.Failed(0, "again").Ending);
        rig.Step(new TimerFired(1));
        Assert.IsType<Ending.Failed>(rig.Failed(2, "never").Ending);
    }

    [Fact]
    public void A_policy_stops_after_its_time()
    {
        var policy = new RetryPolicy(10, TimeSpan.FromSeconds(1), retryTimeout: TimeSpan.FromSeconds(90));
        var rig = new ReplayRig(async context =>
            await context.CallActivityAsync<int>("A", options: TaskOptions.FromRetryPolicy(policy)));
        rig.Start();
        Assert.Null(rig.Failed(0, "no").Ending);
        rig.Step(new TimerFired(1));
        Assert.IsType<Ending.Failed>(rig.Failed(2, "no").Ending);
    }

    [Fact]
    public void A_handler_is_asked_after_each_failure_and_retries_at_once()
    {
        var asked = new List<int>();
        RetryHandler handler = retry =>
        {
            if (!retry.OrchestrationContext.IsReplaying) asked.Add(retry.LastAttemptNumber);
            return retry.LastAttemptNumber < 3;
        };
        var rig = new ReplayRig(async context =>
            await context.CallActivityAsync<int>("A", options: TaskOptions.FromRetryHandler(handler)));
        rig.Start();
        Assert.IsType<ActivityScheduled>(Assert.Single(rig.Failed(0, "no").Actions));
        Assert.IsType<ActivityScheduled>(Assert.Single(rig.Failed(1, "no").Actions));
        Assert.IsType<Ending.Failed>(rig.Failed(2, "no").Ending);
        Assert.Equal([1, 2, 3], asked);
    }
}
