using System.Collections.Immutable;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards.Domain;

/// <summary>Whom a card is for.</summary>
public enum CardType
{
    /// <summary>A customer, or a family.</summary>
    Customer,

    /// <summary>A group that collects together, such as a club.</summary>
    SponsorshipGroup,
}

/// <summary>Whether a card can be used.</summary>
public enum CardState
{
    /// <summary>It earns and spends.</summary>
    Active,

    /// <summary>Put aside: it neither earns nor spends.</summary>
    Inactive,

    /// <summary>Stopped for a reason: it neither earns nor spends.</summary>
    Blocked,
}

/// <summary>A customer on a card.</summary>
/// <param name="Profile">Who.</param>
/// <param name="Since">From when on.</param>
public sealed record CardMember(ProfileKey Profile, DateTimeOffset Since);

/// <summary>A code that a card had before.</summary>
/// <param name="Code">The old code.</param>
/// <param name="At">When it was replaced.</param>
/// <param name="Reason">Why.</param>
public sealed record ReplacedCode(string Code, DateTimeOffset At, string? Reason);

/// <summary>A loyalty card. Its points belong to <see cref="Key"/>, so a new code takes over everything.</summary>
/// <param name="Key">32 hex digits, made once: the wallet's owner.</param>
/// <param name="Program">The program that it collects in.</param>
/// <param name="Code">The code that holds now.</param>
/// <param name="RegisteredAt">When it was made.</param>
public sealed record Card(string Key, string Program, string Code, DateTimeOffset RegisteredAt)
{
    /// <summary>Whom it is for.</summary>
    public CardType Type { get; init; }

    /// <summary>Whether it can be used.</summary>
    public CardState State { get; init; }

    /// <summary>Why it is blocked.</summary>
    public string? Reason { get; init; }

    /// <summary>Its own member number; null when the code is the number.</summary>
    public string? MemberNumber { get; init; }

    /// <summary>Who collects on it.</summary>
    public ImmutableArray<CardMember> Members { get; init; } = [];

    /// <summary>Its earlier codes, oldest first.</summary>
    public ImmutableArray<ReplacedCode> Replaced { get; init; } = [];

    /// <summary>32 random bytes in hex, made once; never shown.</summary>
    public string Salt { get; init; } = "";

    /// <summary>The verification code's keyed hash, in hex.</summary>
    public string VerificationHash { get; init; } = "";

    /// <summary>The number that is told with the verification code.</summary>
    public string Number => MemberNumber ?? Code;

    /// <summary>Why its wallet is closed, or null when it is open.</summary>
    public string? Seal => State switch
    {
        CardState.Blocked => "blocked",
        CardState.Inactive => "inactive",
        _ => null,
    };

    /// <summary>True when a text leads to this card: as its code, an earlier one, or its member number.</summary>
    public bool Names(string text) => text == MemberNumber || HasCode(text);

    /// <summary>True for the card's code and its earlier ones.</summary>
    public bool HasCode(string code) => code == Code || WasReplaced(code);

    /// <summary>True for an earlier code.</summary>
    public bool WasReplaced(string code) => code != Code && Replaced.Any(r => r.Code == code);
}
