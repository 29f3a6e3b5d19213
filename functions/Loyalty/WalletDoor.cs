using CustomerFunctions.Access;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Loyalty;

/// <summary>Finds the program and the wallet that a route names, in the caller's environment only.</summary>
public sealed class WalletDoor(ProgramCatalog programs, IEnumerable<IWalletOwners> owners)
{
    /// <summary>Fails with: not-found.</summary>
    public async Task<Result<(LoyaltyProgram Program, WalletId Wallet)>> OpenAsync(
        Caller caller, string program, string segment, string id, CancellationToken cancel)
    {
        if (owners.FirstOrDefault(o => o.Segment == segment) is not { } found) return Error.NotFound("route");
        if (await programs.FindAsync(caller.Environment, program, cancel) is not { } opened
            || opened.Kind != found.Kind) return Error.NotFound("program");
        var owner = await found.ResolveAsync(caller.Environment, program, id, cancel);
        return owner.Map(key => (opened, new WalletId(caller.Environment, program, key)));
    }

    /// <summary>Who asks, as the ledger knows it.</summary>
    public static Asker AskerOf(Caller caller) => new(caller.App.Name, caller.KeyId, caller.Name);
}
