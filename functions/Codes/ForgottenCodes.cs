using CustomerFunctions.Codes.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Codes;

/// <summary>Removes the codes of a customer who is erased, and what was asked for by the customer's email.</summary>
public sealed class ForgottenCodes(CodesTable codes, ProfileDirectory directory) : IForgets
{
    /// <inheritdoc/>
    public bool NeedsProfile => true;

    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        foreach (var stored in await codes.ListAsync(environment, key, cancel))
            await codes.DeleteAsync(stored.Address, cancel);
        if ((await directory.FindAsync(environment, key, cancel))?.Profile.Email is { } email)
            await codes.DeleteAsync(
                CodeAddress.OfRequest(environment, Ownership.OfEmail(environment, email)), cancel);
    }
}
