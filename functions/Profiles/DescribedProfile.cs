using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles;

/// <summary>What a customer is known as and what the customer's orders add up to, for subject access.</summary>
public sealed class DescribedProfile(ProfileDirectory directory) : IDescribes
{
    /// <summary>The part of the document.</summary>
    /// <param name="Profile">All that callers wrote.</param>
    /// <param name="ChangedAt">When a caller last changed it.</param>
    /// <param name="Keys">The customer's own key, then those of customers merged into it.</param>
    /// <param name="Figures">What the customer's orders add up to.</param>
    public sealed record Part(
        ProfileAnswer Profile, DateTimeOffset ChangedAt, IReadOnlyList<string> Keys, ProfileFigures Figures);

    /// <inheritdoc/>
    public string Section => "profile";

    /// <inheritdoc/>
    public async Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        await directory.FindAsync(environment, keys[0], cancel) is { } stored
            ? new Part(
                ProfileAnswer.Of(environment, stored, staff: true), stored.ChangedAt,
                [.. keys.Select(k => k.ToString())], stored.Figures)
            : null;
}
