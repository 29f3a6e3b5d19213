using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Local.Host.Tests.Http;

public sealed class ResultFunctions
{
    [Function("Plain")]
    public object? Plain([HttpTrigger("get", Route = "plain/{kind}")] HttpRequest request, string kind) => kind switch
    {
        "text" => request.Path.ToString(),
        "number" => 7,
        "object" => new { A = 1 },
        _ => null,
    };

    [Function("NoValue")]
    public Task NoValue([HttpTrigger("get")] HttpRequest request) => Task.FromResult(request);

    [Function("Later")]
    public async ValueTask<IActionResult> Later([HttpTrigger("get")] HttpRequest request)
    {
        await Task.Yield();
        return new OkObjectResult(new { Path = request.Path.Value, Nothing = (string?)null, Kind = DayOfWeek.Friday });
    }

    [Function("Minimal")]
    public Task<IResult> Minimal([HttpTrigger("get")] HttpRequest request) =>
        Task.FromResult(Results.Ok(new { Path = request.Path.Value, Kind = DayOfWeek.Friday }));

    [Function("NullOk")]
    public IActionResult NullOk([HttpTrigger("get")] HttpRequest request) =>
        request.Query.Count == 0 ? new OkObjectResult(null) : new OkObjectResult("text");

    [Function("Writes")]
    public async Task Writes([HttpTrigger("get")] HttpRequest request)
    {
        request.HttpContext.Response.StatusCode = 418;
        await request.HttpContext.Response.WriteAsync("teapot");
    }

    [Function("Throws")]
    public async Task<IResult> Throws([HttpTrigger("get")] HttpRequest request)
    {
        if (request.Query.Count > 0) await Task.Yield();
        throw new InvalidOperationException("a secret");
    }

    [Function("Reads")]
    public async Task<IResult> Reads([HttpTrigger("post")] HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return Results.Text($"{body.Length}");
    }
}

public sealed class ResultTests
{
    [Theory]
    [InlineData("plain/text")]
    [InlineData("plain/number")]
    [InlineData("plain/object")]
    [InlineData("plain/null")]
    [InlineData("novalue")]
    public async Task Values_that_are_no_results_are_dropped(string path)
    {
        await using var app = await TestApp.StartAsync(typeof(ResultFunctions));
        var response = await app.Client.GetAsync("/api/" + path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("later", 200, "application/json; charset=utf-8", """{"path":"/api/later","nothing":null,"kind":5}""")]
    [InlineData("minimal", 200, "application/json; charset=utf-8", """{"path":"/api/minimal","kind":5}""")]
    [InlineData("nullok", 204, null, "")]
    [InlineData("nullok?a=1", 200, "text/plain; charset=utf-8", "text")]
    [InlineData("writes", 418, null, "teapot")]
    public async Task Results_are_sent_as_aspnet_sends_them(string path, int status, string? type, string body)
    {
        await using var app = await TestApp.StartAsync(typeof(ResultFunctions));
        var response = await app.Client.GetAsync("/api/" + path);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("throws?later=1")]
    public async Task An_exception_is_an_empty_500(string path)
    {
        await using var app = await TestApp.StartAsync(typeof(ResultFunctions));
        var response = await app.Client.GetAsync("/api/" + path);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData(30_000_000, HttpStatusCode.OK)]
    [InlineData(30_000_001, HttpStatusCode.InternalServerError)]
    public async Task A_body_is_read_up_to_thirty_million_bytes(int bytes, HttpStatusCode expected)
    {
        await using var app = await TestApp.StartAsync(typeof(ResultFunctions));
        var response = await app.Client.PostAsync("/api/reads", new ByteArrayContent(new byte[bytes]));
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task An_app_may_raise_the_body_limit_but_not_above_the_hosts()
    {
        await using var app = await TestApp.StartAsync(
            o => o.Configure = b => b.Services.Configure<KestrelServerOptions>(k => k.Limits.MaxRequestBodySize = null),
            typeof(ResultFunctions));
        var accepted = await app.Client.PostAsync("/api/reads", new ByteArrayContent(new byte[40_000_000]));
        Assert.Equal("40000000", await accepted.Content.ReadAsStringAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/reads");
        request.Content = new ByteArrayContent(new byte[104_857_601]);
        request.Headers.ExpectContinue = true;
        Assert.Equal(HttpStatusCode.InternalServerError, (await app.Client.SendAsync(request)).StatusCode);
    }
}
