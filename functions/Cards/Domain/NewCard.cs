using System.Security.Cryptography;
using System.Text;

namespace CustomerFunctions.Cards.Domain;

/// <summary>A card that shall be made.</summary>
/// <param name="Program">The program that it collects in.</param>
/// <param name="Code">Its code, in the kept form.</param>
/// <param name="Key">Its own key, 32 hex digits.</param>
/// <param name="Salt">32 random bytes in hex.</param>
public sealed record NewCard(string Program, string Code, string Key, string Salt)
{
    /// <summary>Whom it is for.</summary>
    public CardType Type { get; init; }

    /// <summary>Whether it can be used from the start.</summary>
    public CardState State { get; init; }

    /// <summary>Its own member number; null when the code is the number.</summary>
    public string? MemberNumber { get; init; }

    /// <summary>The card that a change makes at an instant.</summary>
    public Card Make(string changeId, DateTimeOffset now) => new(Key, Program, Code, now)
    {
        Type = Type,
        State = State,
        MemberNumber = MemberNumber == Code ? null : MemberNumber,
        Salt = Salt,
        VerificationHash = Verification.HashOf(Salt, Verification.CodeOf(Salt, changeId)),
    };
}

/// <summary>A secret from which cards follow, so that whoever makes them again makes the same ones.</summary>
/// <param name="Bytes">32 random bytes.</param>
public readonly record struct CardSecret(byte[] Bytes)
{
    /// <summary>The own key of the card with that index.</summary>
    public string KeyOf(long index) => Convert.ToHexStringLower(Mac($"key|{index}").AsSpan(0, 16));

    /// <summary>The salt of the card with that index.</summary>
    public string SaltOf(long index) => Convert.ToHexStringLower(Mac($"salt|{index}"));

    /// <summary>The secret of one replacement of a card.</summary>
    public static CardSecret OfReplacement(string salt, string changeId) => new(HMACSHA256.HashData(
        Convert.FromHexString(salt), Encoding.UTF8.GetBytes("replacement|" + changeId)));

    private byte[] Mac(string name) => HMACSHA256.HashData(Bytes, Encoding.UTF8.GetBytes(name));
}
