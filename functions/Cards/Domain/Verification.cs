using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CustomerFunctions.Cards.Domain;

/// <summary>The six digits that prove a card to be somebody's. Kept as a keyed hash only; made from the card's salt and
/// the change that made them, so that a repeat of that change can show them again.</summary>
public static class Verification
{
    /// <summary>How many different codes there are.</summary>
    public const int Space = 1_000_000;

    /// <summary>Characters of a code.</summary>
    public const int Length = 6;

    /// <summary>The code that a change gives a card.</summary>
    public static string CodeOf(string salt, string changeId)
    {
        // 64 bits over a million leave no bias worth the name.
        var mac = HMACSHA256.HashData(Convert.FromHexString(salt), Encoding.UTF8.GetBytes("verification|" + changeId));
        var number = BitConverter.ToUInt64(mac) % Space;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>What is kept of a code.</summary>
    public static string HashOf(string salt, string code) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Convert.FromHexString(salt), Encoding.UTF8.GetBytes("kept|" + code)));

    /// <summary>True when the code is the card's. Takes the same time for every code, and for no card at all.</summary>
    public static bool Fits(Card? card, string code)
    {
        var salt = card?.Salt ?? new string('0', 64);
        var kept = card?.VerificationHash ?? new string('f', 64);
        var fits = CryptographicOperations.FixedTimeEquals(
            Convert.FromHexString(HashOf(salt, code)), Convert.FromHexString(kept));
        return fits && card is not null;
    }
}
