using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards;

/// <summary>A card as a route names it.</summary>
public sealed record CardAddress(AppEnvironment Environment, string Program, string Code)
{
    /// <summary>The place of the code.</summary>
    public CardId Id => CardId.Of(Environment, Code);

    /// <summary>The card at a place, if the code is its own and it is of the program.
    /// Fails with: not-found, card-replaced.</summary>
    public Result<StoredCard> Of(CodePlace place, bool isRead) =>
        place.Card is not { } stored || stored.Card.Program != Program ? CardsErrors.NotFound
        : stored.Card.Code == Code ? stored
        : stored.Card.WasReplaced(Code) ? CardsErrors.Replaced(stored.Card.Code, isRead)
        : CardsErrors.NotFound;
}

/// <summary>A change of a card that is there.</summary>
/// <param name="Address">Which card.</param>
/// <param name="Change">Names the change.</param>
/// <param name="Move">From the card as it is to what it shall be. Pure: it may be asked several times.</param>
public sealed record CardWrite(CardAddress Address, Change Change, Func<Card, Result<Card>> Move)
{
    /// <summary>The ETag that the card must still have, or null.</summary>
    public string? IfMatch { get; init; }

    /// <summary>True when the wallet must follow even if nothing changes.</summary>
    public bool Seals { get; init; }

    /// <summary>What is written before the card, in every attempt.</summary>
    public Func<StoredCard, CancellationToken, Task>? First { get; init; }
}

/// <summary>A card after a write.</summary>
/// <param name="Stored">As it is now.</param>
/// <param name="Created">The change made it.</param>
/// <param name="Hit">The change had been made before.</param>
public sealed record SavedCard(StoredCard Stored, bool Created, bool Hit);

/// <summary>Changes cards: reads, decides, marks what has to follow, writes, and lets the wallet follow. The same
/// change again gives the card as it is.</summary>
public sealed class CardWriter(CardsTable cards, CardSeals seals, TimeProvider clock)
{
    /// <summary>Makes a card. Fails with: card-exists, member-number-taken, idempotency-key-reused, contention.
    /// </summary>
    public Task<Result<SavedCard>> MakeAsync(
        AppEnvironment environment, NewCard wanted, Change change, CancellationToken cancel) =>
        RunAsync(
            async (marks, c) =>
            {
                var place = await cards.PlaceAsync(CardId.Of(environment, wanted.Code), wanted.Code, c);
                return place.Card is { } there
                    ? there.MadeBy.Id == change.Id ? Repeated(there, change) : CardsErrors.CardExists
                    : await InsertAsync(place, wanted, change, marks, c);
            },
            cancel);

    /// <summary>Makes a card with its code, or changes the one that is there. Fails with: what
    /// <see cref="MakeAsync"/> and the move fail with, card-replaced, stale.</summary>
    public Task<Result<SavedCard>> PutAsync(NewCard wanted, CardWrite write, CancellationToken cancel) =>
        RunAsync(
            async (marks, c) =>
            {
                var address = write.Address;
                var place = await cards.PlaceAsync(address.Id, address.Code, c);
                if (place.Card is not { } stored)
                    return write.IfMatch is null
                        ? await InsertAsync(place, wanted, write.Change, marks, c)
                        : CardsErrors.Stale;
                return stored.Card.Program == address.Program && stored.Card.HasCode(address.Code)
                    ? await MoveAsync(place, write, marks, c)
                    : CardsErrors.CardExists;
            },
            cancel);

    /// <summary>Changes a card. Fails with: not-found, card-replaced, idempotency-key-reused, contention, and what the
    /// move fails with.</summary>
    public Task<Result<SavedCard>> ChangeAsync(CardWrite write, CancellationToken cancel) => RunAsync(
        async (marks, c) => await MoveAsync(
            await cards.PlaceAsync(write.Address.Id, write.Address.Code, c), write, marks, c),
        cancel);

    /// <summary>Gives a card a new code. The code leads to the card before the card names it; left behind, it counts
    /// for nothing. Fails with: not-found, card-replaced, card-exists, too-many-replacements,
    /// idempotency-key-reused, contention.</summary>
    public Task<Result<SavedCard>> ReplaceAsync(
        CardAddress address, Func<Card, string> newCode, string? reason, Change change, CancellationToken cancel) =>
        RunAsync(
            async (marks, c) =>
            {
                var place = await cards.PlaceAsync(address.Id, address.Code, c);
                if (Made(address, place, change) is { } made) return Repeated(made, change);
                if (!address.Of(place, isRead: false).Try(out var stored, out var error)) return error;
                var code = newCode(stored.Card);
                var verification = Verification.CodeOf(stored.Card.Salt, change.Id);
                var next = CardMoves.Replace(stored.Card, code, verification, reason, clock.GetUtcNow());
                if (!next.Try(out var card, out error)) return error;
                var at = await cards.PlaceAsync(CardId.Of(address.Environment, code), code, c);
                if (at.Card is not null) return CardsErrors.CardExists;
                await cards.LeadAsync(at, stored.Id, card.Key, c);
                return await WriteAsync(stored, card, change, marks, seal: false, c);
            },
            cancel);

    private async Task<Result<SavedCard>?> MoveAsync(
        CodePlace place, CardWrite write, Marks marks, CancellationToken cancel)
    {
        if (Made(write.Address, place, write.Change) is { } made)
        {
            if (write.Seals) await marks.AddAsync(made.Id, cancel);
            return Repeated(made, write.Change);
        }

        if (!write.Address.Of(place, isRead: false).Try(out var stored, out var error)) return error;
        if (write.IfMatch is not null && write.IfMatch != stored.Tag) return CardsErrors.Stale;
        if (!write.Move(stored.Card).Try(out var next, out error)) return error;
        if (write.First is { } first) await first(stored, cancel);
        return await WriteAsync(stored, next, write.Change, marks, write.Seals, cancel);
    }

    private async Task<Result<SavedCard>?> InsertAsync(
        CodePlace place, NewCard wanted, Change change, Marks marks, CancellationToken cancel)
    {
        var card = wanted.Make(change.Id, clock.GetUtcNow());
        if (card.MemberNumber is { } number)
        {
            var at = await cards.PlaceAsync(CardId.Of(place.Id.Environment, number), number, cancel);
            if (at.Card is not null) return CardsErrors.MemberNumberTaken;
            await cards.LeadAsync(at, place.Id, card.Key, cancel);
        }

        if (card.Seal is not null) await marks.AddAsync(place.Id, cancel);
        return new SavedCard(await cards.MakeAsync(place, card, change, cancel), Created: true, Hit: false);
    }

    private async Task<Result<SavedCard>?> WriteAsync(
        StoredCard stored, Card next, Change change, Marks marks, bool seal, CancellationToken cancel)
    {
        if (seal || next.Seal != stored.Card.Seal) await marks.AddAsync(stored.Id, cancel);
        if (next == stored.Card) return new SavedCard(stored, Created: false, Hit: false);
        var written = await cards.WriteAsync(stored, next, change, clock.GetUtcNow(), cancel);
        return new SavedCard(written, Created: false, Hit: false);
    }

    /// <summary>The card that the change was made on already, or null.</summary>
    private static StoredCard? Made(CardAddress address, CodePlace place, Change change) =>
        place.Card is { } stored && stored.Card.Program == address.Program && stored.Find(change.Id) is not null
            ? stored
            : null;

    private static Result<SavedCard> Repeated(StoredCard stored, Change change) =>
        stored.Find(change.Id)!.BodyHash == change.BodyHash
            ? new SavedCard(stored, Created: stored.MadeBy.Id == change.Id, Hit: true)
            : CardsErrors.KeyReused;

    /// <summary>Runs attempts until one holds, then lets the wallet follow.</summary>
    private async Task<Result<SavedCard>> RunAsync(
        Func<Marks, CancellationToken, Task<Result<SavedCard>?>> attempt, CancellationToken cancel)
    {
        var marks = new Marks(seals);
        var result = await Contention.RetryAsync(c => attempt(marks, c), cancel);
        if (marks.Last is not { } mark) return result;
        if (!result.Try(out var saved, out _))
        {
            await seals.DropAsync(mark, cancel);
            return result;
        }

        return await seals.ApplyAsync(saved.Stored, mark, cancel) is { } error ? error : result;
    }

    /// <summary>The mark of one write, which no other write takes away; its attempts make it anew.</summary>
    private sealed class Marks(CardSeals seals)
    {
        private readonly string _name = Guid.NewGuid().ToString("n");

        public DueItem? Last { get; private set; }

        public async Task AddAsync(CardId home, CancellationToken cancel) =>
            Last = await seals.MarkAsync(home, _name, cancel);
    }
}
