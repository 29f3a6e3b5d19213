using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>What a customer who was merged into another was found by, and the other is found by now.</summary>
/// <param name="IntegrationId">The id.</param>
/// <param name="Email">The email that it owned; null for none.</param>
/// <param name="Phone">The phone that it owned, in E.164; null for none.</param>
public sealed record Alias(string IntegrationId, string? Email, string? Phone)
{
    /// <summary>What a customer leaves behind when it is merged; a guest owned neither email nor phone.</summary>
    public static Alias Of(string integrationId, Profile profile) => profile.Kind == ProfileKind.Guest
        ? new Alias(integrationId, null, null)
        : new Alias(integrationId, profile.Email, profile.Phone);

    /// <summary>Codes of email and phone.</summary>
    public IEnumerable<string> Claims(AppEnvironment environment)
    {
        if (Email is not null) yield return Ownership.OfEmail(environment, Email);
        if (Phone is not null) yield return Ownership.OfPhone(environment, Phone);
    }
}
