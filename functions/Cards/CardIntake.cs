using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>A card as a file tells of it.</summary>
/// <param name="Code">The code, in its kept form.</param>
/// <param name="Type">Whom it is for; null leaves it.</param>
/// <param name="State">Active or inactive; null leaves it.</param>
/// <param name="MemberNumber">Its own member number, when that is another than the code.</param>
public sealed record IntakeCard(string Code, CardType? Type, CardState? State, string? MemberNumber);

/// <summary>What became of a card that was taken in.</summary>
public enum IntakeResult
{
    /// <summary>It was made.</summary>
    Made,

    /// <summary>It was there and has changed.</summary>
    Changed,

    /// <summary>It was there and says all of it already.</summary>
    Unchanged,

    /// <summary>It was there, and such are left out.</summary>
    Skipped,
}

/// <summary>The door for imports: cards with their members, one by one. Everything is named by the row's change, so
/// that a row that comes again is answered as it was first.</summary>
public sealed class CardIntake(CardWriter writer, CardMembership membership, CardsTable cards)
{
    /// <summary>Reads a card by the rules of requests.</summary>
    public static Result<IntakeCard> Read(JsonFields fields)
    {
        var code = CardRequests.Code(fields, "code") ?? "";
        var type = fields.Choice<CardType>("type");
        var state = fields.Choice<CardState>("state");
        var number = CardRequests.Code(fields, "memberNumber");
        if (state == CardState.Blocked) fields.Refuse("state", "A card is blocked for a reason, not by a file.");
        return fields.Finish(() => new IntakeCard(code, type, state, number));
    }

    /// <summary>Makes a card or changes the one that is there, and puts its members on it. Fails with: card-exists (of
    /// another program), card-replaced, card-blocked, member-number-taken, member-number-fixed, too-many-members,
    /// contention.</summary>
    public async Task<Result<IntakeResult>> PutAsync(
        AppEnvironment environment, string program, IntakeCard card, IReadOnlyList<ProfileKey> members, int membersMax,
        bool skipsExisting, string changeStem, CancellationToken cancel)
    {
        var change = new Change($"{changeStem}-card", "");
        var address = new CardAddress(environment, program, card.Code);
        var wanted = CardMaker.Blank(program, card.Code) with
        {
            Type = card.Type ?? CardType.Customer,
            State = card.State ?? CardState.Active,
            MemberNumber = card.MemberNumber,
        };
        var saved = await writer.MakeAsync(environment, wanted, change, cancel);
        var isThere = saved.Error?.Code == CardsErrors.CardExists.Code;
        if (isThere && skipsExisting) return IntakeResult.Skipped;
        if (isThere)
            saved = await writer.PutAsync(wanted, new CardWrite(
                address, change, c => CardMoves.Set(c, card.Type, card.State, card.MemberNumber))
            {
                Seals = card.State is not null,
            }, cancel);
        var isChanged = saved.IsOk && saved.Value.Stored.Find(change.Id) is not null;
        foreach (var member in members)
        {
            if (!saved.IsOk) break;
            var joins = new Change($"{changeStem}-{member}", "");
            saved = await membership.AddAsync(address, member, membersMax, joins, cancel);
            isChanged |= saved.IsOk && saved.Value.Stored.Find(joins.Id) is not null;
        }

        if (!saved.Try(out _, out var error)) return error;
        return !isThere ? IntakeResult.Made : isChanged ? IntakeResult.Changed : IntakeResult.Unchanged;
    }

    /// <summary>Puts a card aside that a row has made and nobody has touched since, and takes its members off: cards
    /// are never deleted. False when it was touched. Fails with: contention.</summary>
    public async Task<Result<bool>> PutAsideAsync(
        AppEnvironment environment, string program, string code, string changeStem, CancellationToken cancel)
    {
        var address = new CardAddress(environment, program, code);
        var place = await cards.PlaceAsync(address.Id, code, cancel);
        if (place.Card is not { } stored || stored.Card.Code != code) return false;
        var changes = stored.Changes.Append(stored.MadeBy).Select(c => c.Id);
        if (!changes.All(c => c.StartsWith($"{changeStem}-", StringComparison.Ordinal))) return false;
        var aside = new CardWrite(address, new Change($"{changeStem}-undo", ""), card =>
            card with { State = CardState.Inactive, Members = [] })
        {
            Seals = true,
        };
        return (await writer.ChangeAsync(aside, cancel)).Map(_ => true);
    }
}
