using System.Collections.Immutable;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>A customer as stored.</summary>
/// <param name="Key">The customer's own key.</param>
/// <param name="IntegrationId">The callers' name for the customer.</param>
/// <param name="Profile">What callers wrote.</param>
/// <param name="Figures">What the customer's orders add up to.</param>
/// <param name="Version">Counts what callers changed, from 1.</param>
/// <param name="MobileVerified">The phone was proven by a code.</param>
/// <param name="CreatedAt">When the customer was made.</param>
/// <param name="ChangedAt">When a caller last changed the data.</param>
public sealed record StoredProfile(
    ProfileKey Key,
    string IntegrationId,
    Profile Profile,
    ProfileFigures Figures,
    long Version,
    bool MobileVerified,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt)
{
    /// <summary>Keys of customers that were merged into this one, oldest merge last.</summary>
    public ImmutableArray<ProfileKey> Absorbed { get; init; } = [];

    /// <summary>The customer whose merge into this one is under way; null for none.</summary>
    public ProfileKey? Absorbing { get; init; }

    /// <summary>Ids and contacts of customers that were merged into this one.</summary>
    public ImmutableArray<Alias> Aliases { get; init; } = [];

    /// <summary>Every id that leads to this customer, its own first.</summary>
    public IEnumerable<string> Ids => Aliases.Select(a => a.IntegrationId).Prepend(IntegrationId);

    /// <summary>Every email that the customer is known by.</summary>
    public IEnumerable<string> Emails => Aliases.Select(a => a.Email).Prepend(Profile.Email).OfType<string>();

    /// <summary>Every phone that the customer is known by, in E.164.</summary>
    public IEnumerable<string> Phones => Aliases.Select(a => a.Phone).Prepend(Profile.Phone).OfType<string>();

    /// <summary>All keys under which something of this customer is stored, its own first.</summary>
    public IReadOnlyList<ProfileKey> Keys => [Key, .. Absorbed];

    /// <summary>The version as callers see it in the header <c>ETag</c>.</summary>
    public string ETag => $"\"{Version}\"";

    /// <summary>The later of the last change and the last purchase.</summary>
    public DateTimeOffset LastActivityAt => Figures.LastActivityAt is { } at && at > ChangedAt ? at : ChangedAt;
}

/// <summary>What a checkout knows of a guest; all of it optional.</summary>
/// <param name="Email">As given.</param>
/// <param name="PhoneE164">In E.164.</param>
/// <param name="Name">As given.</param>
public sealed record GuestContact(string? Email, string? PhoneE164, string? Name);
