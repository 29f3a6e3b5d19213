using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Local.Host.Tests;

/// <summary>What lifetime functions leave behind, and where they wait.</summary>
public sealed class LifetimeProbe
{
    public Seen<string> Seen { get; } = new();

    public TaskCompletionSource Gate { get; } = new();
}

public sealed class LifetimeFunctions(LifetimeProbe probe, IConfiguration configuration)
{
    [Function("Setting")]
    public IResult Setting([HttpTrigger("get")] HttpRequest request, string name) =>
        Results.Text($"{configuration[name] ?? "null"} {request.Method}");

    [Function("Slow")]
    public async Task<IResult> Slow([HttpTrigger("get")] HttpRequest request)
    {
        probe.Seen.Add("slow");
        await probe.Gate.Task;
        return Results.Text(request.Method);
    }

    [Function("Abandoned")]
    public async Task Abandoned([HttpTrigger("get")] HttpRequest request, CancellationToken cancel)
    {
        probe.Seen.Add(request.Method);
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        probe.Seen.Add("cancelled");
    }

    [Function("Accessor")]
    public IResult Accessor([HttpTrigger("get")] HttpRequest request) =>
        Results.Text(
            request.HttpContext.RequestServices.GetRequiredService<IHttpContextAccessor>().HttpContext is null
                ? "null" : "set");
}

public sealed class LocalHostTests
{
    private readonly LifetimeProbe _probe = new();

    [Fact]
    public async Task Settings_are_there_before_the_app_registers_anything()
    {
        string? seen = null;
        await using var app = await StartAsync(o =>
        {
            o.Settings["Area__Name"] = "value";
            o.EntryPoint = arguments =>
            {
                var builder = FunctionsApplication.CreateBuilder(arguments);
                seen = builder.Configuration["Area:Name"];
                builder.ConfigureFunctionsWebApplication();
                builder.Build().Run();
            };
        });
        Assert.Equal("value", seen);
        Assert.Equal("value GET", await app.Client.GetStringAsync("/api/setting?name=Area:Name"));
        Assert.Equal("null GET", await app.Client.GetStringAsync("/api/setting?name=Area__Name"));
    }

    [Fact]
    public async Task The_apps_own_exception_comes_out_of_the_start()
    {
        var fault = await Assert.ThrowsAsync<FormatException>(
            () => StartAsync(o => o.EntryPoint = _ => throw new FormatException("mine")));
        Assert.Equal("mine", fault.Message);
        await Assert.ThrowsAsync<LocalHostException>(() => StartAsync(o => o.EntryPoint = _ => { }));
    }

    [Fact]
    public async Task A_request_under_way_is_answered_before_the_host_ends()
    {
        var app = await StartAsync();
        var answer = app.Client.GetStringAsync("/api/slow");
        await _probe.Seen.NextAsync();
        var end = app.Host.DisposeAsync().AsTask();
        Assert.False(end.IsCompleted);
        _probe.Gate.SetResult();
        Assert.Equal("GET", await answer);
        await end;
        app.Client.Dispose();
    }

    [Fact]
    public async Task A_caller_who_leaves_cancels_the_functions_token()
    {
        await using var app = await StartAsync();
        using var leaving = new CancellationTokenSource();
        var call = app.Client.GetAsync("/api/abandoned", leaving.Token);
        await _probe.Seen.NextAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("cancelled", await _probe.Seen.NextAsync());
    }

    [Fact]
    public async Task The_context_accessor_is_empty_inside_a_function()
    {
        await using var app = await StartAsync(o => o.Configure = b => Register(b).AddHttpContextAccessor());
        Assert.Equal("null", await app.Client.GetStringAsync("/api/accessor"));
    }

    [Fact]
    public async Task Two_hosts_run_in_one_process()
    {
        await using var one = await StartAsync(o => o.Settings["Name"] = "one");
        await using var two = await StartAsync(o => o.Settings["Name"] = "two");
        Assert.Equal("one GET", await one.Client.GetStringAsync("/api/setting?name=Name"));
        Assert.Equal("two GET", await two.Client.GetStringAsync("/api/setting?name=Name"));
    }

    private Task<TestApp> StartAsync(Action<LocalHostOptions>? change = null) => TestApp.StartAsync(
        o =>
        {
            o.Configure = b => Register(b);
            change?.Invoke(o);
        },
        typeof(LifetimeFunctions));

    private IServiceCollection Register(FunctionsApplicationBuilder builder) => builder.Services.AddSingleton(_probe);
}
