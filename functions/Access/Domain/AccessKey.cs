using System.Security.Cryptography;
using System.Text;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Access.Domain;

/// <summary>What a key may do. Broader scopes do not contain narrower ones by themselves; see <see cref="Scopes"/>.
/// </summary>
public enum Scope
{
    /// <summary>Profiles, sessions and loyalty of an ordering site.</summary>
    Integration,

    /// <summary>Notes and dietary notes on top.</summary>
    Staff,

    /// <summary>Everything of an environment.</summary>
    Management,

    /// <summary>Applications and keys.</summary>
    Admin,
}

/// <summary>Which scope stands in for which.</summary>
public static class Scopes
{
    /// <summary>True when a key with these scopes may do what the needed scope covers: management covers staff and
    /// integration, staff covers integration, admin stands alone.</summary>
    public static bool Cover(this IEnumerable<Scope> held, Scope needed) => held.Any(scope => scope == needed
        || (scope == Scope.Management && needed is Scope.Staff or Scope.Integration)
        || (scope == Scope.Staff && needed == Scope.Integration));
}

/// <summary>A key as it is stored: never the secret, only its hash.</summary>
/// <param name="KeyId">Public part, by which the key is found.</param>
/// <param name="Application">Whose key it is.</param>
/// <param name="SecretHash">SHA-256 of the whole key, in hex.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From when on it no longer holds; null for never.</param>
/// <param name="RevokedAt">When it was revoked; null while it holds.</param>
/// <param name="LastUsedAt">Roughly: written at most once a minute.</param>
public sealed record AccessKey(
    string KeyId,
    string Application,
    string SecretHash,
    IReadOnlyList<Scope> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt)
{
    /// <summary>Secret length in bytes: 256 bits.</summary>
    public const int SecretBytes = 32;

    private const int KeyIdLength = 16;
    private const int TextLengthMax = 200;
    private const string Prefix = "cf_";

    /// <summary>A new key and, this once, its text: <c>cf_{application}_{key id}_{secret}</c>.</summary>
    /// <param name="changeId">The change that makes it: the same change never makes two.</param>
    public static (AccessKey Key, string Text) New(
        string application, IReadOnlyList<Scope> scopes, DateTimeOffset now, DateTimeOffset? expiresAt, string changeId)
    {
        var keyId = Hash.Hex("key", application, changeId)[..KeyIdLength];
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        var text = $"{Prefix}{application}_{keyId}_{secret}";
        return (new AccessKey(keyId, application, HashOf(text), scopes, now, expiresAt, null, null), text);
    }

    /// <summary>The application and key id in a key's text, or null when the text is no key. The secret and the id have
    /// fixed lengths, so that an application's name may hold underscores.</summary>
    public static (string Application, string KeyId)? Parse(string text)
    {
        if (text.Length > TextLengthMax || !text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var idAt = text.Length - (2 * SecretBytes) - KeyIdLength - 1;
        return idAt > Prefix.Length && text[idAt - 1] == '_' && text[idAt + KeyIdLength] == '_'
            ? (text[Prefix.Length..(idAt - 1)], text[idAt..(idAt + KeyIdLength)])
            : null;
    }

    /// <summary>The key that succeeds it, when it was rotated.</summary>
    public string? Successor { get; init; }

    /// <summary>True when the text is this very key and it holds now. Compared in constant time.</summary>
    public bool Holds(string text, DateTimeOffset now) => Same(HashOf(text), SecretHash) & IsValidAt(now);

    /// <summary>True when the key was neither revoked nor has expired.</summary>
    public bool IsValidAt(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);

    /// <summary>Compares two texts in a time that tells nothing of where they differ.</summary>
    public static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    /// <summary>SHA-256 of a key's text, in hex. The text has 256 random bits, so no slow hash is needed.</summary>
    public static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>A key and the application whose key it is.</summary>
public sealed record KeyHolder(Application Application, AccessKey Key);
