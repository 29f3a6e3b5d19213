using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Tests.Tidy;

public sealed class FunctionRuleTests
{
    [Fact]
    public void A_well_written_function_is_none()
    {
        Assert.Empty(FunctionRules.ShapeFaults(typeof(WellWritten)));
        Assert.Equal(["WellWritten: http GET,PUT good/{id} (anonymous)"], FunctionRules.Lines(typeof(WellWritten)));
        Assert.Equal([("WellWritten", "GET", "good/{id}"), ("WellWritten", "PUT", "good/{id}")],
            FunctionRules.Routes(typeof(WellWritten)));
    }

    [Fact]
    public void Every_fault_of_a_function_is_told() => Assert.Equal(
        [
            "Spoilt: its class must be public and not nested.",
            "Spoilt: its class must be sealed.",
            "Spoilt: its class is called Badly; both must be one name.",
            "Spoilt: its method must be public and called Run.",
            "Spoilt: it must return Task<IResult>; the worker drops most other values.",
            "Spoilt: its level must be Anonymous; our own keys decide.",
            "Spoilt: without methods it would answer them all.",
            "Spoilt: the host cannot carry '/' at the start or settings in a route.",
        ],
        FunctionRules.ShapeFaults(typeof(Badly)));

    [Fact]
    public void A_function_without_trigger_is_a_fault() =>
        Assert.Contains("Untriggered: it needs exactly one trigger.", FunctionRules.ShapeFaults(typeof(Untriggered)));

    [Fact]
    public void A_function_with_two_triggers_is_a_fault() =>
        Assert.Contains("Torn: it needs exactly one trigger.", FunctionRules.ShapeFaults(typeof(Torn)));

    [Fact]
    public void A_function_without_route_is_a_fault() =>
        Assert.Contains("Lost: it needs a route.", FunctionRules.ShapeFaults(typeof(Lost)));

    [Fact]
    public void A_setting_in_a_route_is_a_fault() => Assert.Contains(
        "Moved: the host cannot carry '/' at the start or settings in a route.",
        FunctionRules.ShapeFaults(typeof(Moved)));

    [Fact]
    public void A_connection_that_the_sample_lacks_is_a_fault() => Assert.Equal(
        ["Queued: the setting Bus is not in local.settings.sample.json."],
        FunctionRules.SettingFaults("""{"Values": {"Queue": "q"}}""", typeof(Queued)));

    [Fact]
    public void A_sample_that_names_a_setting_twice_is_refused() => Assert.ThrowsAny<JsonException>(
        () => FunctionRules.SettingFaults("""{"Values": {"Queue": "q", "Queue": "r"}}""", typeof(Queued)));

    [Fact]
    public void A_setting_that_the_sample_lacks_is_a_fault()
    {
        Assert.Equal(["Ticking: the setting Timers:Tick is not in local.settings.sample.json."],
            FunctionRules.SettingFaults("""{"Values": {"Other": "1"}}""", typeof(Ticking)));
        Assert.Empty(FunctionRules.SettingFaults("""{"Values": {"Timers__Tick": "0 0 * * * *"}}""", typeof(Ticking)));
        Assert.Equal(["Ticking: timer %Timers:Tick%"], FunctionRules.Lines(typeof(Ticking)));
    }

    [Fact]
    public void A_setting_that_the_host_would_not_find_is_a_fault() => Assert.Equal(
        ["Listening: the host cannot find the setting Queues__In: name it without underscores."],
        FunctionRules.SettingFaults("""{"Values": {"Queues__In": "in"}}""", typeof(Listening)));

    [Fact]
    public void A_list_that_differs_tells_each_line() => Assert.Equal(
        ["- A: http GET a", "+ B: http GET b"],
        FunctionList.Differences("A: http GET a\nC: timer x\n", ["B: http GET b", "C: timer x"]));

    public class Badly
    {
        [Function("Spoilt")]
        public Task<string> Answer([HttpTrigger(AuthorizationLevel.Function, Route = "/x")] HttpRequest http) =>
            Task.FromResult(http.Path + GetType().Name);
    }

    private sealed class Untriggered
    {
        [Function(nameof(Untriggered))]
        public Task Run(string text) => Task.FromResult(text + GetType().Name);
    }

    private sealed class Torn
    {
        [Function(nameof(Torn))]
        public Task Run([TimerTrigger("0 0 * * * *")] TimerInfo timer, [TimerTrigger("0 1 * * * *")] TimerInfo other) =>
            Task.FromResult(timer.IsPastDue == other.IsPastDue);
    }

    private sealed class Lost
    {
        [Function(nameof(Lost))]
        public Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest http) =>
            Task.FromResult(Results.Ok(http.Path));
    }

    private sealed class Moved
    {
        [Function(nameof(Moved))]
        public Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route =
            "%Where%")] HttpRequest http) =>
            Task.FromResult(Results.Ok(http.Path));
    }

    private sealed class Queued
    {
        [Function(nameof(Queued))]
        public Task Run([ServiceBusTrigger("%Queue%", Connection = "Bus")] string message) => Task.FromResult(message);
    }

    private sealed class Listening
    {
        [Function(nameof(Listening))]
        public Task Run([TimerTrigger("%Queues__In%")] TimerInfo timer) => Task.FromResult(timer.IsPastDue);
    }

    private sealed class Ticking
    {
        [Function(nameof(Ticking))]
        public Task Run([TimerTrigger("%Timers:Tick%")] TimerInfo timer) => Task.FromResult(timer.IsPastDue);
    }
}

/// <summary>What a function looks like.</summary>
public sealed class WellWritten
{
    [Function(nameof(WellWritten))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "put", Route = "good/{id}")] HttpRequest http, string id) =>
        Task.FromResult(Results.Ok(http.Path + id));
}
