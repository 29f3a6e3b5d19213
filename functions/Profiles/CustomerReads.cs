using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles;

/// <summary>How what is stored under a customer's keys is read.</summary>
public static class CustomerReads
{
    extension(StoredProfile stored)
    {
        /// <summary>The customer's own key first, then those of customers merged into it.</summary>
        public IReadOnlyList<ProfileKey> Keys => [stored.Key];
    }

    /// <summary>The customer of an integration id, for a read. Fails with: not-found.</summary>
    public static async Task<Result<StoredProfile>> ReadAsync(
        this ProfileDirectory directory, AppEnvironment environment, string integrationId, CancellationToken cancel) =>
        await directory.FindAsync(environment, integrationId, cancel) is { } stored
            ? stored
            : ProfileErrors.NotFound;
}
