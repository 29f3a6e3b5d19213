using System.Collections.Immutable;
using Azure;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards.Storage;

/// <summary>A change that a card remembers.</summary>
public sealed record ChangeNote(string Id, string BodyHash);

/// <summary>A card as it was read from its home row.</summary>
/// <param name="Id">Where its home row lies: the place of its first code.</param>
/// <param name="Card">The card.</param>
/// <param name="Version">Counts changes, from 1.</param>
/// <param name="MadeBy">The change that made it; cards of a batch have <c>{batch}|{index}</c>.</param>
public sealed record StoredCard(CardId Id, Card Card, long Version, ChangeNote MadeBy)
{
    /// <summary>Changes that a card remembers; older ones can no longer be told from new ones.</summary>
    public const int ChangesMax = 16;

    /// <summary>The last changes, oldest first.</summary>
    public ImmutableArray<ChangeNote> Changes { get; init; } = [];

    /// <summary>The version as callers see it in the header <c>ETag</c>.</summary>
    public string Tag => $"\"{Version}\"";

    internal ETag ETag { get; init; }

    internal long EventSequence { get; init; }

    internal bool OutboxMarked { get; init; }

    /// <summary>The note of a change that was made already, or null.</summary>
    public ChangeNote? Find(string changeId) =>
        MadeBy.Id == changeId ? MadeBy : Changes.FirstOrDefault(n => n.Id == changeId);

    /// <summary>The same card after a change.</summary>
    internal StoredCard With(Card next, Change change) => this with
    {
        Card = next,
        Version = Version + 1,
        Changes = [.. Changes.TakeLast(ChangesMax - 1), new ChangeNote(change.Id, change.BodyHash)],
    };
}

/// <summary>What lies at the place of a code.</summary>
/// <param name="Id">The place.</param>
/// <param name="Card">The card that the code leads to, as its code, an earlier one or its number; null when the place
/// is free to be taken.</param>
public sealed record CodePlace(CardId Id, StoredCard? Card)
{
    internal ETag ETag { get; init; }

    /// <summary>Who once wanted the place and does not hold it; null when nobody did.</summary>
    internal Claimant? Claimant { get; init; }
}

/// <summary>A card that a row leads to without the card knowing of it.</summary>
internal sealed record Claimant(CardId Home, string Key, ETag HomeETag);
