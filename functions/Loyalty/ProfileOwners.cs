using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty;

/// <summary>Customers, who own the wallets of profile-based programs.</summary>
public sealed class ProfileOwners(ProfileDirectory profiles) : IWalletOwners
{
    /// <inheritdoc/>
    public string Segment => "profiles";

    /// <inheritdoc/>
    public ProgramKind Kind => ProgramKind.Profile;

    /// <inheritdoc/>
    public async Task<Result<WalletOwner>> ResolveAsync(
        AppEnvironment environment, string program, string id, CancellationToken cancel) =>
        await profiles.ResolveAsync(environment, id, cancel) is { } found
            ? new WalletOwner(found.Key.ToString(), found.MovedTo)
            : Error.NotFound("profile");
}
