using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace CustomerFunctions.Tests.Access;

/// <summary>People with tokens of a directory: which are let in, and what they may do.</summary>
public sealed class PersonTokensTests(AppWithPeople people) : IClassFixture<AppWithPeople>
{
    private DateTimeOffset Now => people.App.Clock.GetUtcNow();

    public static TheoryData<string, string, string, int, string> Reach => new()
    {
        // Roles, the application's environment, path, status, code.
        { "management.live", "live", "imports", 200, "" },
        { "management.live", "sandbox", "imports", 404, "not-found" },
        { "management.sandbox", "sandbox", "imports", 200, "" },
        { "integration.live", "live", "imports", 403, "denied" },
        { "integration.live", "live", "profiles", 200, "" },
        { "staff.sandbox", "sandbox", "profiles", 200, "" },
        { "staff.sandbox", "live", "profiles", 404, "not-found" },
        { "admin.live", "live", "applications", 200, "" },
        { "admin.live", "sandbox", "applications", 404, "not-found" },
        { "admin", "sandbox", "applications", 200, "" },
        { "admin", "live", "profiles", 403, "denied" },
        { "admin", "none", "applications", 200, "" },
        { "admin", "none", "profiles", 403, "denied" },
        { "admin.live", "none", "applications", 400, "invalid" },
        { "management.live", "none", "profiles", 400, "invalid" },
        { "management.live", "unknown", "profiles", 404, "not-found" },
        { "admin", "unknown", "applications", 404, "not-found" },
        { "", "live", "profiles", 403, "no-role" },
        { "management", "live", "profiles", 403, "no-role" },
        { "management.moon owner.live Management.live", "live", "profiles", 403, "no-role" },
    };

    public static TheoryData<string> Spoiled => new(Spoilers.Keys);

    private static readonly Dictionary<string, Func<PersonTokensTests, string>> Spoilers = new(StringComparer.Ordinal)
    {
        ["another issuer"] = t => t.Make(issuer: "https://elsewhere.example"),
        ["another audience"] = t => t.Make(audience: "api://other"),
        ["expired"] = t => t.Make(age: TimeSpan.FromMinutes(62)),
        ["not yet valid"] = t => t.Make(age: TimeSpan.FromMinutes(-2)),
        ["no signature"] = t => Cut(t.Make(), 2) + ".",
        ["algorithm none"] = t => Header("""{"alg":"none","kid":"@"}""", t) + Body(t) + ".",
        ["HS256 with the public key"] = t => t.Make(signed: new SigningCredentials(
            new SymmetricSecurityKey(t.Authority.Key.Rsa.ExportSubjectPublicKeyInfo()) { KeyId = t.Authority.KeyId },
            SecurityAlgorithms.HmacSha256)),
        ["RS512"] = t => t.Make(signed: new SigningCredentials(t.Authority.Key, SecurityAlgorithms.RsaSha512)),
        ["somebody else's key under the same name"] = t => t.Make(signed: Foreign(t.Authority.KeyId)),
        ["an unknown key"] = t => t.Make(signed: Foreign("other")),
        ["another tenant"] = t => t.Make(claims: new() { ["tid"] = "99999999-2222-3333-4444-555555555555" }),
        ["a program's"] = t => t.Make(claims: new() { ["idtyp"] = "app" }),
        ["a changed body"] = t => Cut(t.Make(), 1) + "." + Base64Url("""{"oid":"x"}""") + "." + t.Make().Split('.')[2],
        ["no token"] = _ => "abc",
        ["three parts of nothing"] = _ => "a.b.c",
        ["too long"] = _ => new string('a', 20_000),
    };

    private TestAuthority Authority => people.Authority;

    [Theory]
    [MemberData(nameof(Reach))]
    public async Task Roles_give_scopes_in_their_environment(
        string roles, string environment, string path, int status, string code)
    {
        var application = environment switch
        {
            "none" => null,
            "unknown" => "nobody",
            _ => (await people.App.NewApplicationAsync(environment)).Application,
        };
        var answer = await people.GetAsync(path, people.Token(roles.Split(' ')), application);
        if (code.Length == 0) answer.Expect(status);
        else answer.ExpectProblem(status, code);
    }

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task A_token_that_does_not_hold_is_refused(string how)
    {
        var shop = await people.App.NewApplicationAsync();
        (await people.GetAsync("profiles", Make(), shop.Application)).Expect(200);
        (await people.GetAsync("profiles", Spoilers[how](this), shop.Application))
            .ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task New_keys_of_the_authority_are_fetched_when_a_token_names_one()
    {
        var shop = await people.App.NewApplicationAsync();
        (await people.GetAsync("profiles", Make(), shop.Application)).Expect(200);
        var old = Make();
        Authority.RotateKeys();
        people.App.Clock.Advance(TimeSpan.FromSeconds(30));
        (await people.GetAsync("profiles", Make(), shop.Application)).Expect(200);
        (await people.GetAsync("profiles", old, shop.Application)).ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Invented_keys_do_not_flood_the_authority()
    {
        var shop = await people.App.NewApplicationAsync();
        people.App.Clock.Advance(TimeSpan.FromMinutes(1));
        (await people.GetAsync("profiles", Make(), shop.Application)).Expect(200);
        var asked = Authority.Asked;
        for (var i = 0; i < 5; i++)
            (await people.GetAsync("profiles", Make(signed: Foreign($"other-{i}")), shop.Application)).Expect(401);
        Assert.InRange(Authority.Asked - asked, 0, 1);
    }

    [Fact]
    public async Task Known_keys_go_on_holding_while_the_authority_is_away()
    {
        var shop = await people.App.NewApplicationAsync();
        (await people.GetAsync("profiles", Make(), shop.Application)).Expect(200);
        Authority.IsAway = true;
        try
        {
            people.App.Clock.Advance(TimeSpan.FromDays(2));
            (await people.GetAsync("profiles", Make(), shop.Application)).Expect(200);
        }
        finally
        {
            Authority.IsAway = false;
        }
    }

    [Fact]
    public async Task A_key_and_a_token_together_are_refused()
    {
        var shop = await people.App.NewApplicationAsync();
        (await shop.SendAsync(HttpMethod.Get, "profiles", null, ("Authorization", "Bearer " + Make())))
            .ExpectProblem(400, "invalid");
        (await shop.SendAsync(HttpMethod.Get, "profiles", null, ("Authorization", "Basic YTpi"))).Expect(200);
    }

    private string Make(
        string? audience = null, string? issuer = null, TimeSpan? age = null, SigningCredentials? signed = null,
        Dictionary<string, object>? claims = null) =>
        Authority.Token(Now, ["management.live"], audience, issuer, age, signed, claims);

    private static SigningCredentials Foreign(string keyId) => new(
        new RsaSecurityKey(RSA.Create(2048)) { KeyId = keyId }, SecurityAlgorithms.RsaSha256);

    private static string Header(string json, PersonTokensTests test) =>
        Base64Url(json.Replace("@", test.Authority.KeyId, StringComparison.Ordinal)) + ".";

    private static string Body(PersonTokensTests test) => test.Make().Split('.')[1];

    private static string Cut(string token, int parts) => string.Join('.', token.Split('.').Take(parts));

    private static string Base64Url(string text) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(text));
}
