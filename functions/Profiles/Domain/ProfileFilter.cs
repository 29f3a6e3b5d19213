namespace CustomerFunctions.Profiles.Domain;

/// <summary>Which customers a list shows; null for all.</summary>
public sealed record ProfileFilter(ProfileKind? Kind = null, ProfileStatus? Status = null)
{
    /// <summary>True when the customer is one of them.</summary>
    public bool Takes(Profile profile) =>
        (Kind is null || Kind == profile.Kind)
        && (Status is null || Status == (profile.Status ?? ProfileStatus.Active));
}
