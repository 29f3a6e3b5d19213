using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Local.Host.Tests.Http;

/// <summary>One a scope; says how often it was disposed of.</summary>
public sealed class ScopedThing : IDisposable
{
    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}

public sealed class MiddlewareFunctions(ScopedThing thing)
{
    [Function("Traced")]
    public IResult Traced([HttpTrigger("get")] HttpRequest request, FunctionContext context)
    {
        var trace = (List<string>)context.Items["trace"];
        trace.Add("function");
        trace.Add(context.Items["thing"] == thing ? "same scope" : "other scope");
        trace.Add(thing.IsDisposed ? "disposed" : "alive");
        return request.Query.Count > 0 ? throw new FormatException("raw") : Results.Text(string.Join(", ", trace));
    }
}

public sealed class MiddlewareTests
{
    [Fact]
    public async Task Middleware_runs_in_order_and_sees_the_request_only_after_the_web_step()
    {
        await using var app = await StartAsync(
            before: (context, next) =>
            {
                context.Items["trace"] = new List<string> { context.GetHttpContext() is null ? "none" : "http" };
                context.Items["thing"] = context.InstanceServices.GetRequiredService<ScopedThing>();
                return next();
            },
            after: (context, next) =>
            {
                ((List<string>)context.Items["trace"]).Add(context.GetHttpContext() is null ? "none" : "http");
                return next();
            });
        Assert.Equal("none, http, function, same scope, alive", await app.Client.GetStringAsync("/api/traced"));
    }

    [Fact]
    public async Task Middleware_may_answer_without_the_function()
    {
        await using var app = await StartAsync(after: async (context, _) =>
        {
            var http = context.GetHttpContext()!;
            http.Response.StatusCode = 403;
            if (http.Request.Query.Count > 0) await http.Response.WriteAsync("no");
        });
        var response = await app.Client.GetAsync("/api/traced");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("no", await (await app.Client.GetAsync("/api/traced?a=1")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Middleware_that_does_nothing_gives_an_empty_200()
    {
        await using var app = await StartAsync(after: (_, _) => Task.CompletedTask);
        var response = await app.Client.GetAsync("/api/traced");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_result_is_not_yet_sent_after_next_and_may_be_replaced()
    {
        await using var app = await StartAsync(after: async (context, next) =>
        {
            Prepare(context);
            await next();
            var response = context.GetHttpContext()!.Response;
            response.Headers["x-started"] = response.HasStarted.ToString();
            var result = context.GetInvocationResult();
            result.Value = Results.Text($"{result.Value!.GetType().Name}", statusCode: 202);
        });
        var answer = await app.Client.GetAsync("/api/traced");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("False", Assert.Single(answer.Headers.GetValues("x-started")));
        Assert.Equal("ContentHttpResult", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Exceptions_arrive_in_middleware_as_they_were_thrown()
    {
        await using var app = await StartAsync(after: async (context, next) =>
        {
            Prepare(context);
            try
            {
                await next();
            }
            catch (FormatException fault)
            {
                context.GetInvocationResult().Value = Results.Text(fault.Message, statusCode: 409);
            }
        });
        var answer = await app.Client.GetAsync("/api/traced?throw=1");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("raw", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_scope_of_an_invocation_is_disposed_after_it()
    {
        ScopedThing? seen = null;
        await using var app = await StartAsync(after: (context, _) =>
        {
            seen = context.InstanceServices.GetRequiredService<ScopedThing>();
            return Task.CompletedTask;
        });
        await app.Client.GetAsync("/api/traced");
        Assert.True(seen!.IsDisposed);
    }

    [Fact]
    public async Task A_middleware_class_is_made_once_for_all_invocations()
    {
        await using var app = await TestApp.StartAsync(
            o => o.EntryPoint = arguments =>
            {
                var builder = FunctionsApplication.CreateBuilder(arguments);
                builder.ConfigureFunctionsWebApplication();
                builder.UseMiddleware<Counting>();
                builder.Services.AddScoped<ScopedThing>();
                builder.Build().Run();
            },
            typeof(MiddlewareFunctions));
        Assert.Equal("1", await app.Client.GetStringAsync("/api/traced"));
        Assert.Equal("2", await app.Client.GetStringAsync("/api/traced"));
    }

    private static void Prepare(FunctionContext context)
    {
        context.Items["trace"] = new List<string>();
        context.Items["thing"] = context.InstanceServices.GetRequiredService<ScopedThing>();
    }

    private static Task<TestApp> StartAsync(
        Func<FunctionContext, Func<Task>, Task>? before = null,
        Func<FunctionContext, Func<Task>, Task>? after = null) =>
        TestApp.StartAsync(
            o => o.EntryPoint = arguments =>
            {
                var builder = FunctionsApplication.CreateBuilder(arguments);
                if (before is not null) builder.UseMiddleware(before);
                builder.ConfigureFunctionsWebApplication();
                if (after is not null) builder.UseMiddleware(after);
                builder.Services.AddScoped<ScopedThing>();
                builder.Build().Run();
            },
            typeof(MiddlewareFunctions));

    private sealed class Counting : IFunctionsWorkerMiddleware
    {
        private int _calls;

        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            context.GetInvocationResult().Value = Results.Text($"{++_calls}");
            return Task.CompletedTask;
        }
    }
}
