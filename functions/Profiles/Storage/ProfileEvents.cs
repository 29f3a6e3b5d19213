using CustomerFunctions.Events.Domain;
using CustomerFunctions.Profiles.Domain;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>What other systems learn of customers: ids and names of changed fields, never what they hold.</summary>
public static class ProfileEvents
{
    /// <summary><c>profile.created</c> or <c>profile.changed</c>, at the instant of the change unless another is said.
    /// </summary>
    public static DomainEvent Of(ProfileRow? before, ProfileRow after, string changeId, DateTimeOffset? at = null) =>
        before is null
            ? DomainEvent.Of(new ProfileCreated(after.IntegrationId, after.Profile.Kind), after.ChangedAt, changeId)
            : DomainEvent.Of(
                new ProfileChanged(after.IntegrationId, [.. Differences(before, after)]), at ?? after.ChangedAt,
                changeId);

    /// <summary><c>profile.merged</c>, told by the one who goes.</summary>
    public static DomainEvent Merged(string integrationId, string into, DateTimeOffset now, string changeId) =>
        DomainEvent.Of(new ProfileMerged(integrationId, into), now, changeId);

    /// <summary><c>profile.erased</c>.</summary>
    public static DomainEvent Erased(string integrationId, DateTimeOffset now) =>
        DomainEvent.Of(new ProfileErased(integrationId), now);

    private static IEnumerable<string> Differences(ProfileRow before, ProfileRow after)
    {
        var fields = ProfileDocument.Differences(before.Profile, after.Profile);
        return after.MobileVerified && !before.MobileVerified ? fields.Append("mobileVerified") : fields;
    }
}
