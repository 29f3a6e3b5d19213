namespace CustomerFunctions.Profiles.Domain;

/// <summary>Which customers a list shows; null for all. Instants themselves are left out: after is after.</summary>
public sealed record ProfileFilter(ProfileKind? Kind = null, ProfileStatus? Status = null)
{
    /// <summary>Those who have this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Those whose profile was made after an instant. Of a customer whom others were merged into, the profile
    /// that stayed counts.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Those whose profile was made before an instant.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Those with an activity after an instant.</summary>
    public DateTimeOffset? ActiveAfter { get; init; }

    /// <summary>Those whose last activity was before an instant.</summary>
    public DateTimeOffset? ActiveBefore { get; init; }

    /// <summary>True when the customer is one of them.</summary>
    public bool Takes(StoredProfile stored) =>
        (Kind is null || Kind == stored.Profile.Kind)
        && (Status is null || Status == (stored.Profile.Status ?? ProfileStatus.Active))
        && (Tag is null || stored.Profile.Tags.Contains(Tag))
        && (CreatedAfter is null || stored.Key.MadeAt > CreatedAfter)
        && (CreatedBefore is null || stored.Key.MadeAt < CreatedBefore)
        && (ActiveAfter is null || stored.LastActivityAt > ActiveAfter)
        && (ActiveBefore is null || stored.LastActivityAt < ActiveBefore);
}
