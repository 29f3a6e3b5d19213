using CustomerFunctions.Access;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Loyalty;

/// <summary>What a request asks of a wallet.</summary>
/// <param name="Wallet">Which wallet.</param>
/// <param name="Command">What to do.</param>
/// <param name="Change">The name of the change.</param>
public sealed record WalletOrder<T>(WalletId Wallet, T Command, Change Change);

/// <summary>Finds the program and the wallet that a route names, in the caller's environment only.</summary>
public sealed class WalletDoor(ProgramCatalog programs, IEnumerable<IWalletOwners> owners)
{
    /// <summary>The wallet for those who only read. Fails with: not-found, moved.</summary>
    public async Task<Result<(LoyaltyProgram Program, WalletId Wallet)>> OpenAsync(
        Caller caller, string program, string segment, string id, CancellationToken cancel)
    {
        var found = await FindAsync(caller, program, segment, id, cancel);
        return found.Then<(LoyaltyProgram Program, WalletId Wallet)>(f =>
            f.MovedTo is { } other ? ProfileErrors.Moved(other) : (f.Program, f.Wallet));
    }

    /// <summary>The wallet for those who write: of an id that was merged, that of whom it belongs to now. Fails with:
    /// not-found.</summary>
    public async Task<Result<(LoyaltyProgram Program, WalletId Wallet)>> FollowAsync(
        Caller caller, string program, string segment, string id, CancellationToken cancel) =>
        (await FindAsync(caller, program, segment, id, cancel)).Map(f => (f.Program, f.Wallet));

    private async Task<Result<(LoyaltyProgram Program, WalletId Wallet, string? MovedTo)>> FindAsync(
        Caller caller, string program, string segment, string id, CancellationToken cancel)
    {
        if (owners.FirstOrDefault(o => o.Segment == segment) is not { } found) return Error.NotFound("route");
        if (await programs.FindAsync(caller.Environment, program, cancel) is not { } opened
            || opened.Kind != found.Kind) return Error.NotFound("program");
        var owner = await found.ResolveAsync(caller.Environment, program, id, cancel);
        return owner.Map(o => (opened, new WalletId(caller.Environment, program, o.Key), o.MovedTo));
    }

    /// <summary>Reads a request that changes a wallet: body, Idempotency-Key, program and owner, in this order.
    /// Fails with: invalid, body-too-large, not-found, and what <paramref name="read"/> fails with.</summary>
    public async Task<Result<WalletOrder<T>>> ReadAsync<T>(
        HttpRequest http, Caller caller, (string Program, string Owners, string Id) route,
        Func<JsonFields, Asker, Result<T>> read, CancellationToken cancel)
    {
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return error;
        var body = JsonFields.Of(json).Then(b => read(b, AskerOf(caller)));
        if (!body.Try(out var command, out error)) return error;
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return error;
        var opened = await FollowAsync(caller, route.Program, route.Owners, route.Id, cancel);
        return opened.Map(o => new WalletOrder<T>(o.Wallet, command, change));
    }

    /// <summary>Who asks, as the ledger knows it.</summary>
    public static Asker AskerOf(Caller caller) => new(caller.App.Name, caller.KeyId, caller.Name);
}
