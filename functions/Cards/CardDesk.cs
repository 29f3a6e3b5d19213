using CustomerFunctions.Access;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>Finds what a route names, in the caller's environment only, and tells of cards.</summary>
public sealed class CardDesk(ProgramCatalog programs, CardsTable cards, ProfileDirectory profiles)
{
    /// <summary>Members that are looked up side by side.</summary>
    private const int Parallel = 8;

    /// <summary>A program of cards. Fails with: not-found, not-a-card-program.</summary>
    public async Task<Result<LoyaltyProgram>> OpenAsync(Caller caller, string program, CancellationToken cancel)
    {
        if (await programs.FindAsync(caller.Environment, program, cancel) is not { } found)
            return Error.NotFound("program");
        return found.Kind == ProgramKind.Card ? found : CardsErrors.NotACardProgram;
    }

    /// <summary>A card's address in a program. Fails with: not-found, not-a-card-program.</summary>
    public async Task<Result<CardAddress>> AddressAsync(
        Caller caller, string program, string code, CancellationToken cancel)
    {
        var kept = CardCode.Normal(code);
        if (!(await OpenAsync(caller, program, cancel)).Try(out _, out var error)) return error;
        if (CardCode.Fault(kept) is not null) return CardsErrors.NotFound;
        return new CardAddress(caller.Environment, program, kept);
    }

    /// <summary>A card to read. Fails with: not-found, not-a-card-program, card-replaced.</summary>
    public async Task<Result<StoredCard>> FindAsync(
        Caller caller, string program, string code, CancellationToken cancel)
    {
        if (!(await AddressAsync(caller, program, code, cancel)).Try(out var address, out var error)) return error;
        return address.Of(await cards.PlaceAsync(address.Id, address.Code, cancel), isRead: true);
    }

    /// <summary>A customer's key. Fails with: not-found.</summary>
    public async Task<Result<ProfileKey>> FindProfileAsync(Caller caller, string id, CancellationToken cancel) =>
        await profiles.ResolveAsync(caller.Environment, id, cancel) is { } found
            ? found.Key
            : Error.NotFound("profile");

    /// <summary>A card with its members as callers name them; those that were erased are left out.</summary>
    public async Task<CardAnswer> TellAsync(StoredCard stored, string? verificationCode, CancellationToken cancel)
    {
        var ids = new string?[stored.Card.Members.Length];
        await System.Threading.Tasks.Parallel.ForAsync(
            0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel },
            async (i, c) => ids[i] = (await profiles.FindAsync(
                stored.Id.Environment, stored.Card.Members[i].Profile, c))?.IntegrationId);
        var members = stored.Card.Members.Zip(ids).Where(m => m.Second is not null)
            .Select(m => new CardMemberAnswer(m.Second!, m.First.Since));
        return CardAnswer.Of(stored, [.. members], verificationCode);
    }
}
