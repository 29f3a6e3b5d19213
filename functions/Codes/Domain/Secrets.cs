using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Codes.Domain;

/// <summary>How codes and tokens are spelled and compared.</summary>
public static class Secrets
{
    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>Random bytes of a token: 256 bits.</summary>
    public const int TokenBytes = 32;

    private const int KeyBytes = 16;

    /// <summary>Six digits from a random number below a million.</summary>
    public static string CodeOf(int random) => random.ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>A token: the customer's key, by which it is found, and 256 random bits. Hex, because mail programs that
    /// turn addresses into links drop other characters at the end.</summary>
    public static string TokenOf(ProfileKey key, ReadOnlySpan<byte> random) =>
        key + Convert.ToHexStringLower(random);

    /// <summary>The customer's key in a token, or null when the text is none.</summary>
    public static ProfileKey? KeyOf(string token) =>
        token.Length == 2 * (KeyBytes + TokenBytes) && token.All(char.IsAsciiHexDigitLower)
            ? ProfileKey.Parse(token[..(2 * KeyBytes)])
            : null;

    /// <summary>What is kept of a code or of where it was sent.</summary>
    public static string HashOf(string salt, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromHexString(salt), Encoding.UTF8.GetBytes(text)));

    /// <summary>True when the text is the one behind the hash. Compared in constant time.</summary>
    public static bool Fits(string salt, string hash, string text) => CryptographicOperations.FixedTimeEquals(
        Convert.FromHexString(HashOf(salt, text)), Convert.FromHexString(hash));
}
