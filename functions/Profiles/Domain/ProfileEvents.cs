using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Profiles.Domain;

/// <param name="ProfileId">The integration id.</param>
/// <param name="Kind">Registered or guest.</param>
[EventType("profile.created", "A customer was created.")]
public sealed record ProfileCreated(string ProfileId, ProfileKind Kind);

/// <param name="ProfileId">The integration id.</param>
/// <param name="Fields">The names of the fields that hold something else now.</param>
[EventType("profile.changed", "Fields of a customer changed, or were found to be true.")]
public sealed record ProfileChanged(string ProfileId, IReadOnlyList<string> Fields);

/// <param name="ProfileId">The integration id of the one who goes.</param>
/// <param name="Into">The integration id of the one who stays.</param>
[EventType("profile.merged", "A customer was merged into another, who has everything from now on.")]
public sealed record ProfileMerged(string ProfileId, string Into);

/// <param name="ProfileId">The integration id, which is free again.</param>
[EventType("profile.erased", "A customer was erased.")]
public sealed record ProfileErased(string ProfileId);
