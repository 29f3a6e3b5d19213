using System.Text.Json;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>Whether a customer has an account.</summary>
public enum ProfileKind
{
    /// <summary>Has an account; owns an email and a phone that no other registered profile has.</summary>
    Registered,

    /// <summary>Was seen at a checkout; may share email and phone with anyone.</summary>
    Guest,
}

/// <summary>Whether a customer is served.</summary>
public enum ProfileStatus
{
    /// <summary>As usual.</summary>
    Active,

    /// <summary>Kept, but no longer served.</summary>
    Inactive,
}

/// <summary>As the customer says.</summary>
public enum Gender
{
    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,

    /// <summary>Neither.</summary>
    Other,
}

/// <summary>Whether one channel may carry marketing.</summary>
/// <param name="Granted">Yes or no.</param>
/// <param name="At">When the customer said so.</param>
/// <param name="Source">Where: <c>signup</c>.</param>
public sealed record Consent(bool Granted, DateTimeOffset? At, string? Source);

/// <summary>Consent by channel; null means never asked.</summary>
public sealed record Consents(Consent? Email, Consent? Sms);

/// <summary>A postal address.</summary>
/// <param name="Lines">Street and what goes with it.</param>
/// <param name="City">City.</param>
/// <param name="PostalCode">Postal code.</param>
/// <param name="Country">ISO 3166 alpha-2.</param>
public sealed record PostalAddress(IReadOnlyList<string> Lines, string? City, string? PostalCode, string? Country);

/// <summary>What a business user adds.</summary>
public sealed record Business(string? Company, string? RegistrationNumber, string? VatId, PostalAddress? Address);

/// <summary>A customer's data as callers write it. Null or empty means not given. <see cref="Email"/> is kept as given
/// with its outer blanks cut, <see cref="Phone"/> in E.164.</summary>
public sealed record Profile
{
    public required ProfileKind Kind { get; init; }

    public string? Name { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public DateOnly? DateOfBirth { get; init; }

    public Gender? Gender { get; init; }

    public string? Title { get; init; }

    /// <summary>BCP 47: <c>en-GB</c>.</summary>
    public string? Locale { get; init; }

    /// <summary>Null stands for active.</summary>
    public ProfileStatus? Status { get; init; }

    public Consents? Consent { get; init; }

    public bool? NotificationsOptIn { get; init; }

    /// <summary>For keys with the scope staff only.</summary>
    public string? DietaryNotes { get; init; }

    /// <summary>Texts, numbers and flags by name, in the order of their names.</summary>
    public IReadOnlyDictionary<string, JsonElement> Preferences { get; init; } = NoValues;

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Texts, numbers and flags by name, in the order of their names.</summary>
    public IReadOnlyDictionary<string, JsonElement> Attributes { get; init; } = NoValues;

    public Business? Business { get; init; }

    /// <summary>Changed one by one, never by writing the customer as a whole.</summary>
    public IReadOnlyList<CustomerAddress> Addresses { get; init; } = [];

    private static readonly IReadOnlyDictionary<string, JsonElement> NoValues =
        new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
}
