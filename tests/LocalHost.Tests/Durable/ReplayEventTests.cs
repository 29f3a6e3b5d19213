using CustomerFunctions.Local.Host.Durable.Replay;

namespace CustomerFunctions.Local.Host.Tests.Durable;

public sealed class ReplayEventTests
{
    [Fact]
    public void An_event_raised_before_the_wait_is_kept_and_its_name_ignores_case()
    {
        var rig = new ReplayRig(async context =>
        {
            await context.CallActivityAsync("A");
            return await context.WaitForExternalEvent<string>("Approved");
        });
        rig.Start();
        rig.Raise("APPROVED", "\"yes\"");
        Assert.Equal("\"yes\"", ReplayRig.Output(rig.Done(0)));
    }

    [Fact]
    public void Of_two_waits_on_one_name_the_second_gets_the_first_event()
    {
        var rig = new ReplayRig(async context =>
        {
            var first = context.WaitForExternalEvent<int>("E");
            var second = context.WaitForExternalEvent<int>("E");
            return $"{await first},{await second}";
        });
        rig.Start();
        rig.Raise("E", "1");
        Assert.Equal("\"2,1\"", ReplayRig.Output(rig.Raise("E", "2")));
    }

    [Fact]
    public void A_wait_that_times_out_throws()
    {
        var rig = new ReplayRig(async context =>
        {
            await Assert.ThrowsAsync<TaskCanceledException>(
                () => context.WaitForExternalEvent<int>("E", TimeSpan.FromMinutes(5)));
            return await context.WaitForExternalEvent<int>("E");
        });
        Assert.Equal([0], rig.Start().OpenTimers);
        rig.Step(new TimerFired(0));
        Assert.Equal("9", ReplayRig.Output(rig.Raise("E", "9")));
    }

    [Fact]
    public void An_event_in_time_stops_the_timer_of_its_wait()
    {
        var rig = new ReplayRig(async context =>
        {
            var got = await context.WaitForExternalEvent<int>("E", TimeSpan.FromMinutes(5));
            await context.CallActivityAsync("A");
            return got;
        });
        rig.Start();
        Assert.Empty(rig.Raise("E", "4").OpenTimers);
        Assert.Equal("4", ReplayRig.Output(rig.Done(1)));
    }

    [Fact]
    public void An_event_that_does_not_read_as_its_type_fails_the_orchestration()
    {
        var rig = new ReplayRig(async context => await context.WaitForExternalEvent<int>("E"));
        rig.Start();
        Assert.StartsWith("System.Text.Json.JsonException", ReplayRig.Output(rig.Raise("E", "\"word\"")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_payload_gives_nothing()
    {
        var rig = new ReplayRig(async context => await context.WaitForExternalEvent<string>("E") ?? "none");
        rig.Start();
        Assert.Equal("\"none\"", ReplayRig.Output(rig.Raise("E", null)));
    }

    [Fact]
    public void Events_to_others_go_out_with_the_episode()
    {
        var rig = new ReplayRig(context =>
        {
            context.SendEvent("other", "Ping", 5);
            return Task.FromResult<object?>(null);
        });
        Assert.Equal(new EventSent(0, "other", "Ping", new Payload("5")), Assert.Single(rig.Start().Actions));
    }
}
