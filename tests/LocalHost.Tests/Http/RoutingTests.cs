using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Local.Host.Tests.Http;

public sealed class RoutingFunctions
{
    [Function("AnyOfTwo")]
    public IResult AnyOfTwo([HttpTrigger("get", Route = "order/{x}")] HttpRequest request, string x) =>
        Results.Text($"AnyOfTwo {x} {request.RouteValues["x"] ?? "none"}");

    [Function("ZLiteral")]
    public IResult ZLiteral([HttpTrigger("get", Route = "order/literal")] HttpRequest request) =>
        Results.Text($"ZLiteral {request.Path}");

    [Function("ByNumber")]
    public IResult ByNumber([HttpTrigger("get", Route = "thing/{id:int}")] HttpRequest request, int id) =>
        Results.Text($"ByNumber {id} {request.Method}");

    [Function("ByName")]
    public IResult ByName([HttpTrigger("get", Route = "thing/{name:alpha}")] HttpRequest request, string name) =>
        Results.Text($"ByName {name} {request.Method}");

    [Function("PairGet")]
    public IResult PairGet([HttpTrigger("get", Route = "pair/{a}")] HttpRequest request, string a) =>
        Results.Text($"{request.Method} {a}");

    [Function("PairPut")]
    public IResult PairPut([HttpTrigger("put", Route = "pair/{b}")] HttpRequest request, string b) =>
        Results.Text($"{request.Method} {b}");

    [Function("AllMethods")]
    public IResult AllMethods([HttpTrigger(Route = "all")] HttpRequest request) => Results.Text(request.Method);

    [Function("Dashed")]
    public IResult Dashed([HttpTrigger("get", Route = "dashed/{a}-{b}")] HttpRequest request, string a, string b) =>
        Results.Text($"{request.Method} {a} {b}");

    [Function("SettingRoute")]
    public IResult SettingRoute([HttpTrigger("get", Route = "%Where%")] HttpRequest request) =>
        Results.Text(request.Path);

    [Function("Switched")]
    public IResult Switched([HttpTrigger("get")] HttpRequest request) => Results.Text(request.Path);
}

public sealed class OverlappingFunctions
{
    [Function("First")]
    public IResult First([HttpTrigger("get", Route = "same")] HttpRequest request) => Results.Text(request.Path);

    [Function("Second")]
    public IResult Second([HttpTrigger("get", "post", Route = "same")] HttpRequest request) =>
        Results.Text(request.Path);
}

public sealed class SlashFunctions
{
    [Function("Slash")]
    public IResult Slash([HttpTrigger("get", Route = "/slash")] HttpRequest request) => Results.Text(request.Path);
}

public sealed class RoutingTests
{
    [Theory]
    [InlineData("order/literal", "AnyOfTwo literal none")]
    [InlineData("thing/7", "ByNumber 7 GET")]
    [InlineData("thing/abc", "ByName abc GET")]
    [InlineData("pair/1", "GET 1")]
    [InlineData("all", "GET")]
    [InlineData("dashed/a-b-c", "GET a-b c")]
    [InlineData("switched", "/api/switched")]
    [InlineData("pair/x/../1", "GET 1")]
    public async Task The_first_function_by_name_that_fits_is_called(string path, string expected)
    {
        await using var app = await TestApp.StartAsync(typeof(RoutingFunctions));
        Assert.Equal(expected, await app.Client.GetStringAsync("/api/" + path));
    }

    [Theory]
    [InlineData("GET", "/api/nothing")]
    [InlineData("GET", "/order/1")]
    [InlineData("POST", "/api/order/1")]
    [InlineData("OPTIONS", "/api/order/1")]
    [InlineData("HEAD", "/api/order/1")]
    [InlineData("GET", "/api/order//1")]
    [InlineData("GET", "/api/order")]
    [InlineData("GET", "/api/thing/99999999999")]
    [InlineData("GET", "/api/settingroute")]
    [InlineData("GET", "/api/somewhere")]
    public async Task What_no_function_serves_is_an_empty_404_and_never_a_405(string method, string path)
    {
        await using var app = await TestApp.StartAsync(
            o => o.Settings["Where"] = "somewhere", typeof(RoutingFunctions));
        var response = await app.Client.SendAsync(new(new HttpMethod(method), path));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
        Assert.Empty(response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("PUT", "/api/pair/1", "PUT 1")]
    [InlineData("INVENTED", "/api/all", "INVENTED")]
    [InlineData("TRACE", "/api/all", "TRACE")]
    public async Task Methods_take_part_in_the_choice(string method, string path, string expected)
    {
        await using var app = await TestApp.StartAsync(typeof(RoutingFunctions));
        var response = await app.Client.SendAsync(new(new HttpMethod(method), path));
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("", "/switched")]
    [InlineData("v9/x", "/V9/x/switched")]
    public async Task The_route_prefix_comes_from_host_json_settings(string prefix, string path)
    {
        await using var app = await TestApp.StartAsync(
            o => o.Settings["AzureFunctionsJobHost__extensions__http__routePrefix"] = prefix, typeof(RoutingFunctions));
        Assert.Equal(path, await app.Client.GetStringAsync(path));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync("/api/switched")).StatusCode);
        Assert.Equal("text/html", (await app.Client.GetAsync("/")).Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_disabled_function_is_not_found()
    {
        await using var app = await TestApp.StartAsync(
            o => o.Settings["AzureWebJobs.Switched.Disabled"] = "true", typeof(RoutingFunctions));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync("/api/switched")).StatusCode);
    }

    [Fact]
    public async Task Two_functions_on_one_route_and_method_answer_500()
    {
        await using var app = await TestApp.StartAsync(typeof(OverlappingFunctions));
        Assert.Equal(HttpStatusCode.InternalServerError, (await app.Client.GetAsync("/api/same")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.PostAsync("/api/same", null)).StatusCode);
    }

    [Fact]
    public async Task A_route_that_begins_with_a_slash_stops_the_start()
    {
        var fault = await Assert.ThrowsAsync<LocalHostException>(() => TestApp.StartAsync(typeof(SlashFunctions)));
        Assert.Contains("Slash", fault.Message, StringComparison.Ordinal);
    }
}
