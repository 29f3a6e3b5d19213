using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Local.Host.Tests.Http;

public sealed class BindingFunctions
{
    [Function("Hello")]
    public IResult Hello([HttpTrigger("get", Route = "hello/{name}")] HttpRequest request,
        string name, int? times, string? absent) => Results.Text($"{request.Path.Value}|{name}|{times}|{absent}");

    [Function("Untyped")]
    public IResult Untyped([HttpTrigger("get", Route = "untyped/{n}")] HttpRequest request, int n) =>
        Results.Text($"{request.Method} {n}");

    [Function("Typed")]
    public IResult Typed([HttpTrigger("get", Route = "typed/{id:guid}/{n:int}")] HttpRequest request, Guid id, int n) =>
        Results.Text($"{id} {n} {request.RouteValues["n"]!.GetType().Name}");

    [Function("Optional")]
    public IResult Optional([HttpTrigger("get", Route = "optional/{a?}")] HttpRequest request, string? a) =>
        Results.Text($"{a ?? "null"} {request.RouteValues.ContainsKey("a")}");

    [Function("Defaulted")]
    public IResult Defaulted([HttpTrigger("get", Route = "defaulted/{a=fallback}")] HttpRequest request, string a) =>
        Results.Text($"{a} {request.RouteValues["a"]}");

    [Function("Rest")]
    public IResult Rest([HttpTrigger("get", Route = "rest/{*path}")] HttpRequest request, string? path) =>
        Results.Text($"{path ?? "null"} {request.RouteValues["path"]}");

    [Function("Context")]
    public IResult Context(
        [HttpTrigger("get")] HttpRequest request, FunctionContext context, CancellationToken cancel) =>
        Results.Json(new
        {
            SameToken = cancel == context.CancellationToken,
            OwnToken = cancel != request.HttpContext.RequestAborted,
            SameServices = context.InstanceServices == request.HttpContext.RequestServices,
            Header = request.Headers["x-ms-invocation-id"] == context.InvocationId,
            Endpoint = request.HttpContext.GetEndpoint()!.DisplayName,
            context.FunctionDefinition.EntryPoint,
            Trigger = context.FunctionDefinition.InputBindings["request"].Type,
            Output = context.FunctionDefinition.OutputBindings["$return"].Type,
            Rooted = Path.IsPathRooted(context.FunctionDefinition.PathToAssembly),
            Data = context.BindingContext.BindingData["Query"],
        });
}

public sealed class BindingTests
{
    [Theory]
    [InlineData("hello/anna?times=3", "/api/hello/anna|anna|3|")]
    [InlineData("hello/anna", "/api/hello/anna|anna||")]
    [InlineData("hello/a%20b", "/api/hello/a b|a b||")]
    [InlineData("hello/caf%C3%A9", "/api/hello/café|café||")]
    [InlineData("hello/a+b:c@d;e", "/api/hello/a+b:c@d;e|a+b:c@d;e||")]
    [InlineData("hello/a%2Fb", "/api/hello/a%2Fb|a%2Fb||")]
    [InlineData("HELLO/Anna/", "/api/HELLO/Anna/|Anna||")]
    [InlineData("untyped/05", "GET 5")]
    [InlineData("typed/8d1c2a0e-1d1a-4f4e-9a58-3b9f3c1f9a10/-5", "8d1c2a0e-1d1a-4f4e-9a58-3b9f3c1f9a10 -5 String")]
    [InlineData("optional", "null False")]
    [InlineData("optional/x", "x True")]
    [InlineData("defaulted", "fallback fallback")]
    [InlineData("rest", "null ")]
    [InlineData("rest/a/b", "a/b a/b")]
    public async Task Route_and_query_values_reach_parameters_by_name(string path, string expected)
    {
        await using var app = await TestApp.StartAsync(typeof(BindingFunctions));
        Assert.Equal(expected, await app.Client.GetStringAsync("/api/" + path));
    }

    [Fact]
    public async Task A_value_that_does_not_read_as_the_parameter_is_an_empty_500()
    {
        await using var app = await TestApp.StartAsync(typeof(BindingFunctions));
        var response = await app.Client.GetAsync("/api/untyped/abc");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Context_request_and_token_belong_together()
    {
        await using var app = await TestApp.StartAsync(typeof(BindingFunctions));
        var seen = await app.Client.GetFromJsonAsync<Dictionary<string, object>>("/api/context?a=1");
        var texts = seen!.ToDictionary(s => s.Key, s => s.Value.ToString());
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["sameToken"] = "True",
                ["ownToken"] = "True",
                ["sameServices"] = "True",
                ["header"] = "True",
                ["endpoint"] = "Context",
                ["entryPoint"] = "CustomerFunctions.Local.Host.Tests.Http.BindingFunctions.Context",
                ["trigger"] = "httpTrigger",
                ["output"] = "http",
                ["rooted"] = "True",
                ["data"] = """{"a":"1"}""",
            },
            texts);
    }
}
