using CustomerFunctions.Local.Host.Durable.Replay;
using Microsoft.DurableTask;

namespace CustomerFunctions.Local.Host.Tests.Durable;

public sealed class ReplayTests
{
    [Fact]
    public void Activities_in_sequence_take_one_episode_each_and_one_more()
    {
        var rig = new ReplayRig(async context =>
        {
            var sum = context.GetInput<int>();
            for (var i = 0; i < 3; i++) sum += await context.CallActivityAsync<int>("Add", sum);
            return sum;
        });
        Assert.Equal(new ActivityScheduled(0, "Add", new Payload("1")), Assert.Single(rig.Start("1").Actions));
        Assert.Equal(new ActivityScheduled(1, "Add", new Payload("2")), Assert.Single(rig.Done(0, "1").Actions));
        Assert.Null(rig.Done(1, "2").Ending);
        Assert.Equal("8", ReplayRig.Output(rig.Done(2, "4")));
    }

    [Fact]
    public void Fanned_out_activities_may_end_in_any_order()
    {
        var rig = new ReplayRig(async context =>
        {
            var all = Enumerable.Range(0, 3).Select(i => context.CallActivityAsync<string>("Name", i));
            return string.Join(",", await Task.WhenAll(all));
        });
        Assert.Equal(3, rig.Start().Actions.Count);
        rig.Done(2, "\"c\"");
        rig.Done(0, "\"a\"");
        Assert.Equal("\"a,b,c\"", ReplayRig.Output(rig.Done(1, "\"b\"")));
    }

    [Fact]
    public void A_second_answer_to_the_same_task_is_dropped()
    {
        var rig = new ReplayRig(async context =>
            await context.CallActivityAsync<int>("A") + await context.CallActivityAsync<int>("B"));
        rig.Start();
        rig.Done(0, "1");
        Assert.Null(rig.Done(0, "50").Ending);
        Assert.Equal("3", ReplayRig.Output(rig.Done(1, "2")));
    }

    [Fact]
    public void Clock_and_ids_are_the_same_on_each_replay_and_the_clock_moves_between_events()
    {
        var seen = new List<(DateTime, Guid, DateTime)>();
        var rig = new ReplayRig(async context =>
        {
            var (first, id) = (context.CurrentUtcDateTime, context.NewGuid());
            await context.CallActivityAsync("A");
            seen.Add((first, id, context.CurrentUtcDateTime));
            await context.CallActivityAsync("B");
            return null;
        });
        rig.Start();
        rig.Done(0);
        rig.Done(1);
        Assert.Equal(2, seen.Count);
        Assert.Single(seen.Distinct());
        Assert.Equal(TimeSpan.FromMinutes(1), seen[0].Item3 - seen[0].Item1);
        Assert.Equal(DateTimeKind.Utc, seen[0].Item1.Kind);
        Assert.Equal('5', seen[0].Item2.ToString()[14]);
    }

    [Fact]
    public void Ids_differ_within_an_execution_and_between_executions()
    {
        var ids = new List<Guid>();
        foreach (var execution in new[] { "first", "second" })
        {
            new ReplayRig(
                context =>
                {
                    ids.AddRange([context.NewGuid(), context.NewGuid()]);
                    return Task.FromResult<object?>(null);
                },
                execution).Start();
        }

        Assert.Equal(4, ids.Distinct().Count());
    }

    [Fact]
    public void Replaying_ends_at_the_newest_event()
    {
        var seen = new List<bool>();
        var rig = new ReplayRig(async context =>
        {
            seen.Add(context.IsReplaying);
            await context.CallActivityAsync("A");
            seen.Add(context.IsReplaying);
            return null;
        });
        rig.Start();
        rig.Done(0);
        Assert.Equal([false, true, false], seen);
    }

    [Fact]
    public void A_failed_activity_throws_with_its_message_and_number()
    {
        var rig = new ReplayRig(async context =>
        {
            try
            {
                return await context.CallActivityAsync<int>("Charge");
            }
            catch (TaskFailedException failed)
            {
                return $"{failed.Message}|{failed.TaskName}|{failed.TaskId}|{failed.FailureDetails.ErrorType}|"
                    + failed.FailureDetails.IsCausedBy<InvalidOperationException>();
            }
        });
        rig.Start();
        Assert.Equal(
            "\"Task \\u0027Charge\\u0027 (#0) failed with an unhandled exception: no funds|Charge|0|(unknown)|False\"",
            ReplayRig.Output(rig.Failed(0, "no funds")));
    }

    [Fact]
    public void An_unhandled_exception_fails_the_orchestration_with_type_and_message_as_plain_text()
    {
        var rig = new ReplayRig(_ => throw new FormatException("bad row"));
        Assert.Equal("System.FormatException: bad row", ReplayRig.Output(rig.Start()));
    }

    [Fact]
    public void One_failure_of_three_leaves_the_others_completed()
    {
        var rig = new ReplayRig(async context =>
        {
            var all = Enumerable.Range(0, 3).Select(i => context.CallActivityAsync<int>("A", i)).ToList();
            try
            {
                await Task.WhenAll(all);
            }
            catch (TaskFailedException)
            {
                return string.Join(",", all.Select(t => t.Status));
            }

            return null;
        });
        rig.Start();
        rig.Done(0, "1");
        rig.Failed(1, "no");
        Assert.Equal("\"RanToCompletion,Faulted,RanToCompletion\"", ReplayRig.Output(rig.Done(2, "1")));
    }

    [Fact]
    public void Awaiting_something_not_durable_fails_at_once()
    {
        var rig = new ReplayRig(async _ =>
        {
            await Task.Delay(Timeout.Infinite);
            return null;
        });
        Assert.Contains("invalid asynchronous invocation", ReplayRig.Output(rig.Start()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stray_await_beside_durable_tasks_is_found_when_it_ends()
    {
        var outside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rig = new ReplayRig(async context =>
        {
            var activity = context.CallActivityAsync("A");
            await outside.Task;
            await activity;
            return null;
        });
        Assert.Null(rig.Start().Ending);
        outside.SetResult();
        await Eventually.True(() => rig.Strays > 0);
    }

    [Fact]
    public void History_that_does_not_fit_the_code_fails_with_what_was_found()
    {
        var rig = new ReplayRig(async context => await context.CallActivityAsync<int>("Old"));
        rig.Start();
        rig.Code = async context => await context.CallActivityAsync<int>("New");
        var output = ReplayRig.Output(rig.Done(0, "1"));
        Assert.Contains("history holds activity 'Old' (#0), the code asked for activity 'New' (#0)", output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_asks_for_more_than_history_holds_fails()
    {
        var rig = new ReplayRig(async context => await context.CallActivityAsync<int>("A"));
        rig.Start();
        rig.Code = async context =>
        {
            var more = context.CallActivityAsync<int>("A");
            return await context.CallActivityAsync<int>("B") + await more;
        };
        Assert.Contains("asked for activity 'B' (#1), which history does not hold", ReplayRig.Output(rig.Done(0, "1")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Custom_status_over_16_kB_fails_the_orchestration()
    {
        var rig = new ReplayRig(context =>
        {
            context.SetCustomStatus(new string('x', context.GetInput<int>()));
            return Task.FromResult<object?>("done");
        });
        Assert.Equal(3_002, rig.Start("3000").CustomStatus!.Length);
        rig.History.Clear();
        Assert.Contains("16 kB", ReplayRig.Output(rig.Start("20000")), StringComparison.Ordinal);
    }

    [Fact]
    public void Sub_orchestrations_get_ids_of_their_own_unless_given_one()
    {
        var rig = new ReplayRig(async context =>
        {
            var own = context.CallSubOrchestratorAsync<int>("Child", 1);
            var given = context.CallSubOrchestratorAsync<int>("Child", 2, new TaskOptions().WithInstanceId("child-2"));
            return await own + await given + context.Parent!.InstanceId.Length;
        });
        var actions = rig.Start().Actions.Cast<SubOrchestrationStarted>().ToList();
        Assert.Equal(32, actions[0].InstanceId.Length);
        Assert.Equal("child-2", actions[1].InstanceId);
        rig.Done(1, "5");
        Assert.Equal("14", ReplayRig.Output(rig.Done(0, "1")));
    }

    [Fact]
    public void Termination_ends_it_with_the_given_output_and_nothing_more_is_asked()
    {
        var rig = new ReplayRig(async context =>
        {
            await context.WaitForExternalEvent<int>("Go");
            await context.CallActivityAsync("A");
            return null;
        });
        rig.Start();
        var ended = rig.Step(new Terminated(new Payload("\"stop\"")), new EventRaised("Go", new Payload("1")));
        Assert.Equal(new Ending.TerminatedByRequest(new Payload("\"stop\"")), ended.Ending);
        Assert.Empty(ended.Actions);
    }

    [Fact]
    public void Continuing_as_new_hands_the_input_on_and_keeps_events_that_nobody_took()
    {
        var rig = new ReplayRig(context =>
        {
            context.ContinueAsNew(context.GetInput<int>() + 1);
            return Task.FromResult<object?>("ignored");
        });
        var ended = rig.Step(
            new EventRaised("Late", new Payload("7")), new ExecutionStarted(new Payload("1")));
        var restart = Assert.IsType<Ending.ContinuedAsNew>(ended.Ending);
        Assert.Equal("2", restart.Input!.Text);
        Assert.Equal("Late", Assert.Single(restart.Carried).Name);
    }

    [Fact]
    public void History_reads_back_as_it_was_written()
    {
        HistoryEvent[] events =
        [
            new EpisodeStarted(ReplayRig.Noon), new ExecutionStarted(new Payload("\"ä\"")),
            new ActivityScheduled(0, "A", null), new TimerCreated(1, ReplayRig.Noon, ReplayRig.Noon),
            new SubOrchestrationStarted(2, "S", "id", new Payload(null, "folder/blob")),
            new EventSent(3, "id", "E", new Payload("")), new TaskCompleted(0, new Payload("{\"a\":1}")),
            new TaskFailed(2, new Failure("T", "m", null)), new TimerFired(1), new EventRaised("E", null),
            new Suspended("why"), new Resumed(null), new Terminated(new Payload("1")),
        ];
        Assert.Equal(events, HistoryEvent.Read(HistoryEvent.Write(events)));
    }
}
