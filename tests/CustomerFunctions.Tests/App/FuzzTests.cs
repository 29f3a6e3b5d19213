using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using CustomerFunctions.Tests.Harness;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Tests.App;

/// <summary>Hostile requests to every route of the app: never a 5xx, and every 400 names what is wrong.</summary>
public sealed class FuzzTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const int CasesPerRoute = 60;
    private const int AtOnce = 4;

    private sealed record Case(string Method, string Path, string? Body, string Type);

    private static readonly string[] HostileTexts =
    [
        "", " ", ".", "..", "%", "%2F", "%25", "a/b", "a\\b", "'", "''", "\"", "\u0000", "\n", "é", "😀", "\ud800",
        "null", "0", "-1", "1e999", new('x', 300), "a'; drop", "$filter", "|", "~", "#", "?", "+", "＜", "\u202e", "zoe",
        "2026-03-01T12:00:00Z", "unlimited", "5D_U", "99999999999999999999", "fp_abc", "stars", "4111111111111111",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(Pick(HostileTexts), Gen.String[0, 20]);

    private static readonly Gen<string> Values = Gen.OneOf(
        Texts.Select(Quote),
        Pick("null", "true", "{}", "[]", "[[[[]]]]", "1e400", "-0", "1.005", "9223372036854775808", "[null]", "[{}]",
            "{\"a\":{\"b\":{\"c\":1}}}", "\"\\ud800\"", "[\"a\",1]"),
        Gen.Int.Select(i => $"{i}"), Gen.Double.Select(d => double.IsFinite(d) ? d.ToString("R", null) : "0"));

    /// <summary>One body that each route takes, to be spoiled field by field.</summary>
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["CreateApplication"] =
            """{"name":"fuzzed","environment":"live","timeZone":"UTC","currency":"EUR","region":"GB"}""",
        ["ReplaceApplication"] = """{"environment":"live","timeZone":"UTC","currency":"EUR","region":"GB"}""",
        ["CreateKey"] = """{"scopes":["integration"],"expiresAt":"2027-01-01T00:00:00Z"}""",
        ["RotateKey"] = """{"overlapMinutes":60,"expiresAt":"2027-01-01T00:00:00Z"}""",
        ["PutTemplate"] = """{"subject":"Code","text":"{code} {token}"}""",
        ["RequestPasswordReset"] = """{"email":"z@example.com"}""",
        ["RedeemPasswordReset"] = """{"token":"00"}""",
        ["SendPasswordReset"] = "{}",
        ["SendPhoneCode"] = "{}",
        ["ConfirmPhone"] = """{"code":"123456"}""",
        ["PutProfile"] = """
            {"kind":"registered","name":"Zoë","firstName":"Zoë","email":"z@example.com","phone":"+442079460001",
             "dateOfBirth":"1990-02-28","gender":"female","title":"Ms","locale":"en-GB","status":"active",
             "consent":{"email":{"granted":true,"at":"2026-01-02T03:04:05Z","source":"signup"}},"notificationsOptIn":true,
             "dietaryNotes":"Nuts","preferences":{"table":"window"},"tags":["vip"],"attributes":{"country":"GB"},
             "business":{"company":"Z Ltd","vatId":"GB1","address":{"lines":["1 High St"],"city":"London","country":"GB"}}}
            """,
        ["AddAddress"] = """
            {"label":"Home","recipient":"Zoë","lines":["1 High St"],"city":"London","region":"Greater London",
             "postalCode":"N1 1AA","country":"GB","phone":"020 7946 0000","instructions":"Ring twice","default":true}
            """,
        ["ReplaceAddress"] = """{"lines":["1 High St"],"country":"GB","default":false}""",
        ["AddNote"] = """{"text":"Likes the window","author":"Sam"}""",
        ["EditNote"] = """{"text":"Likes the bar","author":"Sam"}""",
        ["TagProfiles"] = """{"add":["zoe","ann"],"remove":["bob"]}""",
        ["PutAttribute"] = """
            {"type":"string-list","allowedValues":["red","green"],"description":"Colours"}
            """,
        ["PatchProfile"] = """{"name":"Zoë","phone":null,"tags":["vip"]}""",
        ["PutProgram"] = """
            {"title":"Stars","timeZone":"Europe/Berlin","subledgers":true,"defaultStart":"immediate","defaultExpiry":"1Y_U",
             "earn":{"pointsPerUnit":1,"rounding":"down"},"returnPolicy":"unlimited","state":"active",
             "tiers":[{"name":"Silver","minPoints":100}],"tierBasis":"active"}
            """,
        ["AddPoints"] = """{"points":5,"reason":"x","ledger":"main","start":"1h","expiry":"1M_U","sessionId":"s"}""",
        ["DeductPoints"] = """{"points":0.01,"reason":"x","ledger":"main"}""",
        ["PutSession"] = """
            {"state":"closed","channel":"online","store":"s1","profileId":"zoe","contact":{"email":"z@example.com",
             "phone":"+442079460000","name":"Z","verified":true},"checkoutAs":"registered","currency":"EUR",
             "items":[{"sku":"P","name":"Pizza","category":"food","quantity":2,"unitPrice":1250}],
             "discounts":[{"name":"d","amount":100}],"coupons":["W"],"referralCode":null,
             "payments":[{"method":"card","amount":1500,"fingerprint":"fp_abc"}],"orderNumber":"A1"}
            """,
        ["CreateCards"] = """{"pattern":"####-####","type":"customer","memberNumber":"M-0001","count":1}""",
        ["PutCard"] = """{"type":"sponsorship-group","state":"active"}""",
        ["BlockCard"] = """{"reason":"Lost"}""",
        ["ReplaceCard"] = """{"pattern":"20##########","checkDigit":"ean13","reason":"Lost"}""",
        ["JoinCard"] = """{"memberNumber":"CARD-1","verificationCode":"123456"}""",
        ["PutSubscription"] = """{"url":"https://example.com/hook","events":["points.*"],"secret":"0123456789abcdef"}""",
        ["ReplayDeliveries"] = """{"eventIds":["0123456789abcdef0123456789abcdef"]}""",
        ["LinkPayment"] = """{"profileId":"zoe","automatic":true}""",
        ["LinkFingerprint"] = """{"from":"2026-03-01T12:00:00Z"}""",
        ["ReplayRejectedPayment"] = """{"body":"{}"}""",
        ["StartImport"] = """{"onExisting":"update","matchBy":"email","dryRun":false}""",
        ["StartExport"] = """
            {"kind":"loyalty-log","format":"xml","filter":{"kind":"guest","profile":"zoe","after":"2026-03-01T12:00:00Z","search":"z",
             "tag":"vip"},"fields":["name"],"layout":"plain","compress":true,"program":"stars","dateFormat":"excel"}
            """,
    };

    [Fact]
    public async Task No_request_to_any_route_is_answered_with_a_fault()
    {
        var shop = await app.NewApplicationAsync("sandbox", ["integration", "staff", "management", "admin"]);
        await shop.PutAsync("programs/stars", JsonNode.Parse(Bodies["PutProgram"])!);
        await shop.PutAsync("programs/club", new { kind = "card", earn = new { pointsPerUnit = 1 } });
        await shop.PutAsync("programs/club/cards/card-1", new { });
        await shop.PutAsync("profiles/zoe", new { kind = "guest", name = "Zoë" });
        await shop.PutAsync("attributes/profile/country", new { type = "string" });
        var cases = Cases().ToList();
        Assert.True(cases.Count > 1_000, $"Only {cases.Count} cases.");
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (c, _) =>
        {
            var answer = await SendAsync(shop, c);
            if (answer is not null && Fault(answer) is { } fault)
                wrong.Add($"{fault}: {c.Method} {c.Path} {c.Body} -> {answer.Status} {answer.Body}");
        });
        Assert.True(wrong.IsEmpty, string.Join("\n\n", wrong.Take(8)) + $"\n({wrong.Count} of {cases.Count})");
    }

    [Fact]
    public async Task No_text_in_place_of_a_key_is_let_in()
    {
        var shop = await app.NewApplicationAsync("sandbox");
        var texts = Sample(Texts, 400, seed: 7).Concat(
            HostileTexts.SelectMany(t => new[] { $"cf_{t}", $"cf_{shop.Application}_{t}_x",
                $"cf_{shop.Application}_0123456789abcdef_{t}" }));
        foreach (var text in texts.Where(t => t.All(c => c is >= ' ' and < '\u007f')))
            (await new ApiClient(app.Host, text).GetAsync("profiles")).ExpectProblem(401, "unauthenticated");
    }

    private static string? Fault(ApiAnswer answer)
    {
        if (answer.Status >= 500) return "a fault";
        if (answer.Status < 400 || answer.Bytes.Length == 0) return null;
        if (!answer.Headers["Content-Type"].StartsWith("application/problem+json",
            StringComparison.Ordinal)) return "no problem";
        return answer.Status == 400 && answer.WrongFields.Length == 0 ? "no field is named" : null;
    }

    private static async Task<ApiAnswer?> SendAsync(ApiClient shop, Case c)
    {
        HttpContent? body = null;
        if (c.Body is not null)
        {
            body = new ByteArrayContent(Encoding.UTF8.GetBytes(c.Body));
            body.Headers.ContentType = MediaTypeHeaderValue.Parse(c.Type);
        }

        return Uri.TryCreate("http://x/" + c.Path, UriKind.Absolute, out _)
            ? await shop.SendAsync(HttpMethod.Parse(c.Method), c.Path, body)
            : null;
    }

    private IEnumerable<Case> Cases()
    {
        var seed = 1;
        foreach (var (function, trigger) in app.Host.Catalog.StartedBy<HttpTriggerAttribute>())
            foreach (var method in trigger.Methods!)
            {
                var paths = Sample(Paths(trigger.Route!), CasesPerRoute, seed++);
                var bodies = Sample(BodyOf(function.Name), CasesPerRoute, seed++);
                for (var i = 0; i < CasesPerRoute; i++)
                    yield return new Case(
                        method.ToUpperInvariant(), paths[i], method is "get" or "delete" ? null : bodies[i],
                            "application/json");
            }
    }

    /// <summary>The route with its parameters filled in, half of the time with something sane, and maybe a
    /// query.</summary>
    private static Gen<string> Paths(string route)
    {
        var names = new[] { "search", "limit", "cursor", "kind", "asOf", "linked", "fingerprint", "dry", "colour",
            "ledger", "tag", "createdAfter", "activeBefore", "fields" };
        var query = Gen.Select(Pick(names), Texts, (n, v) => $"?{n}={Escape(v)}");
        return Gen.Select(Gen.Bool.Array[8], Texts.Array[8], Gen.Frequency((2, Pick("")), (1, query)), (sane, texts,
            q) =>
        {
            var at = 0;
            if (route.Contains("/cards", StringComparison.Ordinal)) route = route.Replace("{program}", "club");
            var parts = route.Split('/').Select(part => !part.StartsWith('{') ? part : Fill(part, sane[at], texts[at++]));
            return string.Join('/', parts) + q;
        });
    }

    private static string Fill(string parameter, bool sane, string text) => !sane ? Escape(text) : parameter switch
    {
        "{program}" => "stars",
        "{id}" => "zoe",
        "{code}" => "card-1",
        "{tag}" => "vip",
        "{entity}" => "profile",
        _ => "s1",
    };

    private static Gen<string> BodyOf(string function)
    {
        if (!Bodies.TryGetValue(function, out var example)) return Gen.OneOf(Values, Texts);
        var spoiled = Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 3], Values, (at, how, value) => Spoil(example, at, how, value));
        return Gen.Frequency((8, spoiled), (1, Values), (1, Texts));
    }

    /// <summary>Replaces, doubles, drops or adds one member somewhere in the example.</summary>
    private static string Spoil(string example, int at, int how, string value)
    {
        const string marker = "\"@@\"";
        var root = JsonNode.Parse(example)!;
        var objects = Objects(root).ToList();
        var target = objects[at % objects.Count];
        var name = target.Count == 0 ? "x" : target.ElementAt(at / 7 % target.Count).Key;
        if (how == 0) target.Remove(name);
        else target[how == 1 ? "unknown" + at : name] = "@@";
        return root.ToJsonString().Replace(marker, value, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node)
    {
        if (node is JsonObject o) yield return o;
        var children = node switch
        {
            JsonObject members => members.Select(m => m.Value),
            JsonArray items => items,
            _ => [],
        };
        foreach (var child in children.SelectMany(Objects)) yield return child;
    }

    private static T[] Sample<T>(Gen<T> gen, int count, int seed)
    {
        var random = new PCG((uint)seed, 7);
        return [.. Enumerable.Range(0, count).Select(_ => gen.Generate(random, null, out var _))];
    }

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Quote(string text) => "\"" + string.Concat(text.Select(c =>
        c is '"' or '\\' || c < ' ' || char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : c.ToString())) + "\"";

    private static string Escape(string text)
    {
        try
        {
            return Uri.EscapeDataString(text);
        }
        catch (UriFormatException)
        {
            return "half";
        }
    }
}
