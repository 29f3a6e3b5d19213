using System.Security.Cryptography;
using CustomerFunctions.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CustomerFunctions.Tests.Access;

/// <summary>A directory of people that issues tokens and says over HTTP which keys it signs with.</summary>
public sealed class TestAuthority : IAsyncDisposable
{
    public const string Audience = "api://customers";
    public const string Tenant = "11111111-2222-3333-4444-555555555555";
    private readonly WebApplication _app;
    private RSA _rsa = RSA.Create(2048);
    private int _generation = 1;

    private TestAuthority(WebApplication app) => _app = app;

    /// <summary>Its address, which is its name as an issuer too.</summary>
    public string Url { get; private set; } = "";

    /// <summary>How often its keys were asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>True when it answers nothing but faults.</summary>
    public bool IsAway { get; set; }

    public string KeyId => $"key-{_generation}";

    public RsaSecurityKey Key => new(_rsa) { KeyId = KeyId };

    public static async Task<TestAuthority> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var authority = new TestAuthority(app);
        app.MapGet("/.well-known/openid-configuration", () => authority.IsAway
            ? Results.StatusCode(500)
            : Results.Json(new { issuer = authority.Url, jwks_uri = authority.Url + "/keys" }));
        app.MapGet("/keys", authority.Keys);
        await app.StartAsync();
        authority.Url = app.Urls.Single();
        return authority;
    }

    /// <summary>Signs with a new key from now on, and forgets the old one.</summary>
    public void RotateKeys()
    {
        _rsa = RSA.Create(2048);
        _generation++;
    }

    /// <summary>A token as the directory makes it; the arguments spoil it.</summary>
    public string Token(
        DateTimeOffset now, string[] roles, string? audience = null, string? issuer = null, TimeSpan? age = null,
        SigningCredentials? signed = null, Dictionary<string, object>? claims = null)
    {
        var issued = now.UtcDateTime - (age ?? TimeSpan.Zero);
        var all = new Dictionary<string, object> { ["oid"] = "person-1", ["tid"] = Tenant, ["roles"] = roles };
        foreach (var (name, value) in claims ?? []) all[name] = value;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer ?? Url,
                Audience = audience ?? Audience,
                NotBefore = issued,
                Expires = issued + TimeSpan.FromHours(1),
                IssuedAt = issued,
                Claims = all,
                SigningCredentials = signed ?? new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
            });
    }

    /// <summary>Settings of an app that takes its tokens.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["Access__Entra__Authority"] = Url,
        ["Access__Entra__Audience"] = Audience,
        ["Access__Entra__TenantId"] = Tenant,
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Keys()
    {
        Asked++;
        var key = _rsa.ExportParameters(false);
        return Results.Json(new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA", use = "sig", kid = KeyId, e = Base64UrlEncoder.Encode(key.Exponent),
                    n = Base64UrlEncoder.Encode(key.Modulus),
                },
            },
        });
    }
}

/// <summary>The app with a directory of people beside it.</summary>
public sealed class AppWithPeople(AzuriteFixture azurite) : IAsyncLifetime
{
    private AppUnderTest? _app;
    private TestAuthority? _authority;

    public AppUnderTest App => _app!;

    public TestAuthority Authority => _authority!;

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.StartAsync();
        _app = new AppUnderTest(azurite) { Settings = _authority.Settings };
        await _app.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (_authority is not null) await _authority.DisposeAsync();
    }

    /// <summary>A request by whoever holds the token.</summary>
    public Task<ApiAnswer> GetAsync(string path, string token, string? application = null) =>
        new ApiClient(App.Host, null).SendAsync(
            HttpMethod.Get, path, null,
            application is null
                ? [("Authorization", "Bearer " + token)]
                : [("Authorization", "Bearer " + token), ("x-application", application)]);

    /// <summary>A token that holds.</summary>
    public string Token(params string[] roles) => Authority.Token(App.Clock.GetUtcNow(), roles);
}
