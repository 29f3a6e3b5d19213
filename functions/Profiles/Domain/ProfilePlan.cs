using System.Collections.Immutable;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>What a registered customer owns alone.</summary>
public static class Ownership
{
    /// <summary>Code of an email: <c>e|</c> and the SHA-256 of environment and normalised address.</summary>
    public static string OfEmail(AppEnvironment environment, string email) =>
        "e|" + Hash.Hex(environment.Name(), EmailAddress.Normalise(email));

    /// <summary>Code of a phone: <c>t|</c> and the SHA-256 of environment and number in E.164.</summary>
    public static string OfPhone(AppEnvironment environment, string e164) => "t|" + Hash.Hex(environment.Name(), e164);

    /// <summary>Code of an integration id: <c>i|</c> and the SHA-256 of environment and id.</summary>
    public static string OfId(AppEnvironment environment, string integrationId) =>
        "i|" + Hash.Hex(environment.Name(), integrationId);

    /// <summary>The codes of what a customer owns; a guest owns nothing.</summary>
    public static IEnumerable<string> Of(AppEnvironment environment, Profile profile)
    {
        if (profile.Kind == ProfileKind.Guest) yield break;
        if (profile.Email is { } email) yield return OfEmail(environment, email);
        if (profile.Phone is { } phone) yield return OfPhone(environment, phone);
    }
}

/// <summary>What a write adds to, and takes from, the places beside the profile's own row.</summary>
/// <param name="Claims">Codes to claim.</param>
/// <param name="Released">Codes to give back.</param>
/// <param name="Entries">Index entries to write.</param>
/// <param name="Dropped">Index entries that no longer hold.</param>
public sealed record ProfilePlan(
    ImmutableArray<string> Claims,
    ImmutableArray<string> Released,
    ImmutableArray<string> Entries,
    ImmutableArray<string> Dropped)
{
    /// <summary>True when only the profile's own row is written.</summary>
    public bool IsEmpty => Claims.IsEmpty && Released.IsEmpty && Entries.IsEmpty && Dropped.IsEmpty;

    /// <summary>Compares what is held with what is wanted.</summary>
    public static ProfilePlan Between(
        IReadOnlyCollection<string> heldClaims,
        IReadOnlyCollection<string> heldEntries,
        IReadOnlyCollection<string> claims,
        IReadOnlyCollection<string> entries) => new(
            [.. claims.Except(heldClaims)], [.. heldClaims.Except(claims)],
            [.. entries.Except(heldEntries)], [.. heldEntries.Except(entries)]);
}
