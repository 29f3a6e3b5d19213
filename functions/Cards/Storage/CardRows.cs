using System.Collections.Immutable;
using System.Text.Json;
using Azure.Data.Tables;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards.Storage;

/// <summary>Cards as rows and back.</summary>
public static class CardRows
{
    /// <summary>The home row of a card.</summary>
    public static TableEntity Home(StoredCard stored)
    {
        var card = stored.Card;
        var row = new TableEntity(stored.Id.Partition, stored.Id.Hash)
        {
            ["Program"] = card.Program,
            ["CardKey"] = card.Key,
            ["State"] = card.State.ToString(),
            ["Type"] = card.Type.ToString(),
            ["MadeBy"] = stored.MadeBy.Id,
            ["MadeBody"] = stored.MadeBy.BodyHash,
            ["Version"] = stored.Version,
        };
        row.SetDocument("Document", JsonSerializer.SerializeToUtf8Bytes(CardDocument.Of(stored), Json.Options));
        if (stored.EventSequence > 0) row["EventSequence"] = stored.EventSequence;
        if (stored.OutboxMarked) row["OutboxMarked"] = true;
        return row;
    }

    /// <summary>A row that leads to another place.</summary>
    public static TableEntity Alias(CardId id, CardId home, string cardKey) => new(id.Partition, id.Hash)
    {
        ["Home"] = home.Hash,
        ["CardKey"] = cardKey,
    };

    /// <summary>A row that holds nothing; a slow writer meets it and begins anew.</summary>
    public static TableEntity Fence(CardId id) => new(id.Partition, id.Hash) { ["Fence"] = Guid.NewGuid() };

    /// <summary>The card of a home row; null for any other.</summary>
    public static StoredCard? ToCard(CardId id, TableEntity? row)
    {
        if (row?.GetDocument("Document") is not { } json) return null;
        var document = JsonSerializer.Deserialize<CardDocument>(json, Json.Options)
            ?? throw new JsonException("A stored card is null.");
        var card = document.ToCard(row.GetString("CardKey"), row.GetString("Program"));
        var madeBy = new ChangeNote(row.GetString("MadeBy"), row.GetString("MadeBody"));
        return new StoredCard(id, card, row.GetInt64("Version") ?? 1, madeBy)
        {
            Changes = document.Changes ?? [],
            ETag = row.ETag,
            EventSequence = row.GetInt64("EventSequence") ?? 0,
            OutboxMarked = row.GetBoolean("OutboxMarked") ?? false,
        };
    }

    private sealed record MemberDocument(string Profile, DateTimeOffset Since);

    private sealed record CardDocument(
        string Code, DateTimeOffset RegisteredAt, CardType Type, CardState State, string Salt, string VerificationHash)
    {
        public string? Reason { get; init; }

        public string? MemberNumber { get; init; }

        public ImmutableArray<MemberDocument>? Members { get; init; }

        public ImmutableArray<ReplacedCode>? Replaced { get; init; }

        public ImmutableArray<ChangeNote>? Changes { get; init; }

        public static CardDocument Of(StoredCard stored)
        {
            var card = stored.Card;
            return new CardDocument(
                card.Code, card.RegisteredAt, card.Type, card.State, card.Salt, card.VerificationHash)
            {
                Reason = card.Reason,
                MemberNumber = card.MemberNumber,
                Members = card.Members.IsEmpty
                    ? null
                    : [.. card.Members.Select(m => new MemberDocument(m.Profile.ToString(), m.Since))],
                Replaced = card.Replaced.IsEmpty ? null : card.Replaced,
                Changes = stored.Changes.IsEmpty ? null : stored.Changes,
            };
        }

        public Card ToCard(string key, string program) => new(key, program, Code, RegisteredAt)
        {
            Type = Type,
            State = State,
            Reason = Reason,
            MemberNumber = MemberNumber,
            Members = Members is { } members
                ? [.. members.Select(m => new CardMember(ProfileKey.Parse(m.Profile), m.Since))]
                : [],
            Replaced = Replaced ?? [],
            Salt = Salt,
            VerificationHash = VerificationHash,
        };
    }
}
