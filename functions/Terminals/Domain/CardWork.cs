namespace CustomerFunctions.Terminals.Domain;

/// <summary>What is left to do after links of a card have changed, as the due index names it.</summary>
/// <param name="Card">The card, with its environment.</param>
/// <param name="Version">The version of the card's links with which its payments were gone through so far; empty at
/// the beginning.</param>
/// <param name="After">The place up to which that was done; empty at the beginning.</param>
public sealed record CardWork(string Card, string Version, string After)
{
    // Cards and versions hold no such sign, places do.
    private const char Sign = '/';

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static CardWork Parse(string text)
    {
        var parts = text.Split(Sign, 3);
        return new CardWork(parts[0], parts[1], parts[2]);
    }

    /// <summary>All of a card's work.</summary>
    public static CardWork All(string card) => new(card, "", "");

    /// <summary><c>live|9f86…/4e1a…/p|0638…|7c22…</c>.</summary>
    public override string ToString() => $"{Card}{Sign}{Version}{Sign}{After}";
}
