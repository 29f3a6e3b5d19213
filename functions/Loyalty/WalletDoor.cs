using CustomerFunctions.Access;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Loyalty;

/// <summary>Finds the program and the wallet that a route names, in the caller's environment only.</summary>
public sealed class WalletDoor(ProgramCatalog programs, ProfileDirectory profiles)
{
    /// <summary>Fails with: not-found.</summary>
    public async Task<Result<(LoyaltyProgram Program, WalletId Wallet)>> OpenAsync(
        Caller caller, string program, string integrationId, CancellationToken cancel)
    {
        if (await programs.FindAsync(caller.Environment, program, cancel) is not { } found)
            return Error.NotFound("program");
        if (await profiles.ResolveAsync(caller.Environment, integrationId, cancel) is not { } owner)
            return Error.NotFound("profile");
        return (found, WalletId.Of(caller.Environment, program, owner));
    }
}
