using CustomerFunctions.Events.Domain;
using CustomerFunctions.Profiles.Domain;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>What other systems learn of customers: ids and names of changed fields, never what they hold.</summary>
public static class ProfileEvents
{
    /// <summary><c>profile.created</c> or <c>profile.changed</c>.</summary>
    public static DomainEvent Of(ProfileRow? before, ProfileRow after, string changeId) => before is null
        ? new DomainEvent(
            "profile.created", after.ChangedAt, new Made(after.IntegrationId, after.Profile.Kind), changeId)
        : new DomainEvent(
            "profile.changed", after.ChangedAt,
            new Changed(after.IntegrationId, [.. Differences(before, after)]), changeId);

    /// <summary><c>profile.merged</c>, told by the one who goes.</summary>
    public static DomainEvent Merged(string integrationId, string into, DateTimeOffset now, string changeId) =>
        new("profile.merged", now, new Joined(integrationId, into), changeId);

    /// <summary><c>profile.erased</c>.</summary>
    public static DomainEvent Erased(string integrationId, DateTimeOffset now) =>
        new("profile.erased", now, new Gone(integrationId));

    private static IEnumerable<string> Differences(ProfileRow before, ProfileRow after)
    {
        var fields = ProfileDocument.Differences(before.Profile, after.Profile);
        return after.MobileVerified && !before.MobileVerified ? fields.Append("mobileVerified") : fields;
    }

    private sealed record Made(string ProfileId, ProfileKind Kind);

    private sealed record Changed(string ProfileId, IReadOnlyList<string> Fields);

    private sealed record Joined(string ProfileId, string Into);

    private sealed record Gone(string ProfileId);
}
