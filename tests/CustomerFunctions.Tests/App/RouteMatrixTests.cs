using System.Net.Http.Headers;
using System.Text;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Tidy;

namespace CustomerFunctions.Tests.App;

/// <summary>Every route against every way in which a request can be refused.</summary>
public sealed class RouteMatrixTests(RouteWorld world) : IClassFixture<RouteWorld>
{
    private static readonly Dictionary<string, byte[]> Hostile = new(StringComparer.Ordinal)
    {
        ["deep nesting"] = Utf8(string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 500)),
        ["a name twice"] = Utf8("""{"a":1,"a":2}"""),
        ["invalid UTF-8"] = [.. Utf8("{\"a\":\""), 0xC3, 0x28, .. Utf8("\"}")],
        ["trailing garbage"] = Utf8("{} x"),
        ["a huge number"] = Utf8("""{"a":1e999999}"""),
        ["a very long number"] = Utf8("{\"a\":" + new string('9', 5_000) + "}"),
        ["no object"] = Utf8("[]"),
        ["no JSON"] = Utf8("<a/>"),
        ["half a surrogate pair"] = Utf8("""{"\ud800":1}"""),
        ["an unknown field"] = Utf8("""{"colourOfTheSky":"blue"}"""),
    };

    [Fact]
    public void Every_route_is_in_the_table_and_the_table_has_no_other()
    {
        var routes = world.Functions().Select(f => f.Function).ToList();
        Assert.Equal([], routes.Except(RouteTable.Rows.Keys));
        Assert.Equal([], RouteTable.Rows.Keys.Except(routes));
    }

    [Fact]
    public void Every_route_that_reads_If_Match_is_known_to()
    {
        var readers = Repository.Sources("functions").Where(f => f.Code.Contains(".IfMatch()", StringComparison.Ordinal))
            .Select(f => Path.GetFileNameWithoutExtension(f.Path)).Where(RouteTable.Rows.ContainsKey);
        Assert.Equal(
            readers.Order(StringComparer.Ordinal),
            RouteTable.Rows.Where(r => r.Value.HasVersion).Select(r => r.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task Without_a_key_nobody_gets_in() =>
        AssertAsync(Closed(), new ApiClient(world.App.Host, null), (401, "unauthenticated"));

    [Fact]
    public async Task With_a_revoked_key_nobody_gets_in()
    {
        var made = (await world.Shop.PostAsync(
            $"applications/{world.Shop.Application}/keys", new { scopes = new[] { "management", "admin" } })).Expect(201);
        var client = new ApiClient(world.App.Host, made.Text("key"));
        (await client.GetAsync("programs")).Expect(200);
        (await world.Shop.DeleteAsync($"applications/{world.Shop.Application}/keys/{made.Text("keyId")}")).Expect(204);
        await AssertAsync(Closed(), client, (401, "unauthenticated"));
    }

    [Theory]
    [InlineData(Scope.Integration, "admin")]
    [InlineData(Scope.Staff, "integration")]
    [InlineData(Scope.Management, "staff")]
    [InlineData(Scope.Admin, "management")]
    public async Task A_key_without_the_scope_is_denied(Scope needed, string held) => await AssertAsync(
        Closed().Where(r => r.Row.Needed == needed), await world.App.NewKeyAsync(world.Shop.Application, held),
        (403, "denied"));

    [Fact]
    public async Task What_is_live_is_not_there_for_the_sandbox_and_stays_as_it_is()
    {
        var stranger = await world.App.NewApplicationAsync("sandbox", ["integration", "staff", "management", "admin"]);
        var before = await LiveAsync();
        var wrong = new List<string>();
        // Last what gives the sandbox something of the same name.
        foreach (var route in Closed().OrderBy(r => r.Row.Elsewhere is not null))
        {
            var answer = await SendAsync(stranger, route, Body(route));
            if (route.Row.Elsewhere is null ? answer.Status != 404 : answer.Status >= 400)
                wrong.Add($"{route.Function}: {answer.Status} {answer.Body}");
            else if (answer.Body.Contains(RouteWorld.Marker, StringComparison.OrdinalIgnoreCase))
                wrong.Add($"{route.Function} shows what is live: {answer.Body}");
        }

        AssertNone(wrong);
        Assert.Equal(before, await LiveAsync());
    }

    [Fact]
    public Task A_version_that_is_out_of_date_changes_nothing() => AssertAsync(
        Closed().Where(r => r.Row.HasVersion), world.Shop, (412, "stale"), headers: [("If-Match", "\"0\"")]);

    [Fact]
    public Task A_body_over_the_limit_is_refused() => AssertAsync(
        Taking(), world.Shop, (413, "body-too-large"),
        Utf8("{\"a\":\"" + new string('a', Requests.BodyBytesMax) + "\"}"));

    public static TheoryData<string> HostileBodies => new(Hostile.Keys);

    [Theory]
    [MemberData(nameof(HostileBodies))]
    public Task A_hostile_body_is_refused(string how) =>
        AssertAsync(Taking(), world.Shop, (400, "invalid"), Hostile[how]);

    private IEnumerable<Route> Closed() => world.Routes.Where(r => r.Row.Needed is not null);

    private IEnumerable<Route> Taking() => world.Routes.Where(r => r.Row.Body is not null);

    /// <summary>All that the live application reads, but for links that are signed anew each time.</summary>
    private async Task<string[]> LiveAsync()
    {
        var reads = new List<string>();
        foreach (var route in Closed().Where(r => r.Method == HttpMethod.Get && r.Function != "GetExport"))
        {
            var answer = await world.Shop.GetAsync(route.Path);
            // A problem names its request, so only its status can be compared.
            reads.Add($"{route.Path}: {answer.Status} {(answer.IsSuccess ? answer.Body : "")}");
        }

        return [.. reads];
    }

    private static async Task AssertAsync(
        IEnumerable<Route> routes, ApiClient client, (int Status, string Code) expected, byte[]? body = null,
        (string, string)[]? headers = null)
    {
        var (wrong, count) = (new List<string>(), 0);
        foreach (var route in routes)
        {
            count++;
            var answer = await SendAsync(client, route, body ?? Body(route), headers ?? []);
            if (answer.Status != expected.Status || answer.Code != expected.Code)
                wrong.Add($"{route.Function}: {answer.Status} {answer.Body}");
        }

        Assert.True(count > 0, "No route was tried.");
        AssertNone(wrong);
    }

    private static void AssertNone(List<string> wrong) => Assert.True(wrong.Count == 0, string.Join("\n", wrong));

    private static byte[]? Body(Route route) => (route.Row.Body ?? route.Row.File) is { } body ? Utf8(body) : null;

    private static Task<ApiAnswer> SendAsync(
        ApiClient client, Route route, byte[]? body, params (string, string)[] headers)
    {
        var content = body is null ? null : new ByteArrayContent(body);
        if (content is not null) content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return client.SendAsync(route.Method, route.Path, content, headers);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
