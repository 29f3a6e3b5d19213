using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CustomerFunctions.Access;

/// <summary>Reads the tokens with which people come. Only RS256 is taken: a token that names another algorithm, or
/// none, is refused before its signature is looked at.</summary>
public sealed class PersonTokens(AuthorityKeys authority, IOptions<AccessOptions> options, TimeProvider clock)
{
    /// <summary>How far the authority's clock may be off.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(1);

    /// <summary>Longest token in characters; people with very many groups have long ones.</summary>
    public const int LengthMax = 16 * 1024;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = LengthMax };

    /// <summary>The person behind a token. Fails with: unauthenticated, authority-away.</summary>
    public async Task<Result<Person>> ReadAsync(string text, CancellationToken cancel)
    {
        var entra = options.Value.Entra;
        if (!entra.IsConfigured || text.Length > LengthMax || KeyIdOf(text) is not { } id)
            return AccessErrors.Unauthenticated;
        if (await authority.FindAsync(id, cancel) is not { } known) return AccessErrors.AuthorityAway;
        var validated = await _handler.ValidateTokenAsync(text, Rules(entra, known));
        return validated.IsValid && PersonOf((JsonWebToken)validated.SecurityToken, entra) is { } person
            ? person
            : AccessErrors.Unauthenticated;
    }

    private string? KeyIdOf(string text)
    {
        if (!_handler.CanReadToken(text)) return null;
        try
        {
            var token = _handler.ReadJsonWebToken(text);
            return token.Alg == SecurityAlgorithms.RsaSha256 && token.Kid is { Length: > 0 } id ? id : null;
        }
        catch (ArgumentException)
        {
            // Three parts with dots between them, but no token.
            return null;
        }
    }

    private TokenValidationParameters Rules(EntraOptions entra, OpenIdConnectConfiguration known) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        ValidAudience = entra.Audience,
        ValidIssuer = known.Issuer,
        IssuerSigningKeys = known.SigningKeys,
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        // The app's own clock, as for keys.
        LifetimeValidator = (from, until, _, _) => clock.GetUtcNow().UtcDateTime is var now
            && until is not null && now < until + SkewMax && (from is null || now >= from - SkewMax),
    };

    private static Person? PersonOf(JsonWebToken token, EntraOptions entra)
    {
        // A program's own token says so; programs come with keys.
        if (Claim(token, "idtyp") == "app" || Claim(token, "oid") is not { } id || SimpleName.Fault(id) is not null)
            return null;
        if (!string.IsNullOrEmpty(entra.TenantId) && Claim(token, "tid") != entra.TenantId) return null;
        var roles = token.Claims.Where(c => c.Type == "roles").Select(c => Role.Read(c.Value));
        return new Person(id, [.. roles.OfType<Role>().Distinct()]);
    }

    private static string? Claim(JsonWebToken token, string name) =>
        token.TryGetPayloadValue<string>(name, out var value) ? value : null;
}
