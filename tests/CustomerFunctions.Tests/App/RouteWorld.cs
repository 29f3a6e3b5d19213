using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Tests.App;

/// <summary>One route with the name of its function and what is promised of it.</summary>
public sealed record Route(string Function, HttpMethod Method, string Path, RouteRow Row);

/// <summary>An app with something behind every route, all of it in the live environment.</summary>
public sealed class RouteWorld(AzuriteFixture azurite) : IAsyncLifetime
{
    /// <summary>Occurs in everything that the live environment holds, and nowhere else.</summary>
    public const string Marker = "Liveonly";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private AppUnderTest? _app;
    private ApiClient? _shop;

    public AppUnderTest App => _app!;

    /// <summary>The live application, with every scope.</summary>
    public ApiClient Shop => _shop!;

    /// <summary>All routes that are in the table, their parameters filled in with what is there.</summary>
    public IReadOnlyList<Route> Routes => [.. from r in Functions()
                                              where RouteTable.Rows.ContainsKey(r.Function)
                                              select r with { Row = RouteTable.Rows[r.Function], Path = Fill(r) }];

    public async ValueTask InitializeAsync()
    {
        _app = new AppUnderTest(azurite);
        await _app.InitializeAsync();
        var till = await Till.OpenAsync(_app, scopes: ["integration", "staff", "management", "admin"]);
        _shop = till.Shop;
        await MakePeopleAsync(till);
        await MakeCardsAsync();
        await MakeFilesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    /// <summary>All routes of the app.</summary>
    public IEnumerable<Route> Functions() =>
        from f in App.Host.Catalog.StartedBy<HttpTriggerAttribute>()
        from method in f.Item2.Methods!
        select new Route(f.Item1.Name, HttpMethod.Parse(method.ToUpperInvariant()), f.Item2.Route!, new RouteRow(null));

    private static ApiAnswer Done(ApiAnswer answer)
    {
        Assert.True(answer.IsSuccess, $"{answer.Status}: {answer.Body}");
        return answer;
    }

    private string Fill(Route route)
    {
        var parts = route.Path.Split('/').Select(part => !part.StartsWith('{') ? part : Value(route, part.Trim('{', '}')));
        return string.Join('/', parts) + (route.Function == "UploadImport" ? "?kind=customers" : "");
    }

    private string Value(Route route, string name) => (name, route.Path.Split('/')[0]) switch
    {
        ("kind", "import-templates") => "customers",
        ("kind", _) => "claim-code",
        ("name", "attributes") => "country",
        ("name", "events") => "crm",
        ("program", _) when route.Path.Contains("/cards", StringComparison.Ordinal) => "club",
        _ => _values.TryGetValue(name, out var value) ? value
            : throw new InvalidOperationException($"Nothing is made yet for {{{name}}} of {route.Function}."),
    };

    private async Task MakePeopleAsync(Till till)
    {
        (_values["id"], _values["owners"], _values["program"], _values["seq"]) = ("zoe", "profiles", till.Program, "1");
        (_values["name"], _values["entity"], _values["tag"]) = (Shop.Application, "profile", "vip");
        Done(await Shop.PutAsync($"programs/{till.Program}", new { title = Marker, earn = new { pointsPerUnit = 1 } }));
        Done(await Shop.PutAsync("attributes/profile/country", new { type = "string", description = Marker }));
        Done(await Shop.PutAsync("events/subscriptions/crm", new
        {
            url = $"https://example.com/{Marker}",
            events = new[] { "*" },
        }));
        foreach (var (id, phone) in new[] { ("zoe", "+442079460001"), ("bob", "+442079460002") })
            Done(await Shop.PutAsync($"profiles/{id}", new
            {
                kind = "registered",
                name = $"{Marker} {id}",
                email = $"{id}@example.com",
                phone,
                tags = new[] { "vip" },
            }));
        Done(await Shop.PostAsync($"programs/{till.Program}/profiles/zoe/points", new { points = 9, reason = Marker }));
        var note = Done(await Shop.PostAsync("profiles/zoe/notes", new { text = Marker }));
        _values["noteId"] = note.Text("noteId");
        var address = new { lines = new[] { Marker }, country = "GB" };
        var homes = Done(await Shop.PostAsync("profiles/zoe/addresses", address));
        _values["addressId"] = homes.Text("addressId");
        (_values["sessionId"], _values["fingerprint"]) = ("s-1", "fp_live");
        Done(await till.LearnAsync("zoe", "fp_live", "s-1"));
        var payment = till.Message("completed", _values["transactionId"] = "tx-1", null);
        payment["storeId"] = Marker;
        await till.SendAsync(payment);
        await till.SendAsync($$"""{"eventId":"{{Marker}}","application":"{{Shop.Application}}"}""");
        _values["rejectedId"] = (await till.RejectedAsync()).Single()!["rejectedId"]!.GetValue<string>();
        var key = Done(await Shop.GetAsync($"applications/{Shop.Application}/keys")).Json["items"]![0]!;
        _values["keyId"] = key["keyId"]!.GetValue<string>();
    }

    private async Task MakeCardsAsync()
    {
        _values["code"] = "CARD-1";
        Done(await Shop.PutAsync("programs/club", new { kind = "card", title = Marker, earn = new { pointsPerUnit = 1 } }));
        Done(await Shop.PutAsync("programs/club/cards/CARD-1", new { type = "customer" }));
        Done(await Shop.PutAsync("programs/club/cards/CARD-1/members/zoe", new { }));
        var batch = Done(await Shop.PostAsync("programs/club/cards", new { count = 2 }));
        _values["batchId"] = batch.Text("batchId");
        await Shop.AwaitAsync($"card-batches/{_values["batchId"]}");
    }

    private async Task MakeFilesAsync()
    {
        _values["importId"] = await Shop.UploadAsync($"name,email\n{Marker},ann@example.com\n");
        _values["exportId"] = Done(await Shop.PostAsync("exports", new { kind = "customers" })).Text("exportId");
        await Shop.AwaitAsync($"exports/{_values["exportId"]}");
        var audit = Done(await Shop.PostAsync($"programs/{_values["program"]}/audit"));
        _values["auditId"] = audit.Text("auditId");
        await Shop.AwaitAsync($"programs/{_values["program"]}/audits/{_values["auditId"]}");
    }
}
