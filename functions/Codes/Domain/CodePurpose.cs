using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Codes.Domain;

/// <summary>How a letter reaches a customer.</summary>
public enum Channel
{
    /// <summary>By mail.</summary>
    Mail,

    /// <summary>By text message.</summary>
    Sms,
}

/// <summary>Where a letter goes.</summary>
/// <param name="Channel">How.</param>
/// <param name="Address">An email as given, or a phone in E.164.</param>
public sealed record Contact(Channel Channel, string Address);

/// <summary>What a code is good for, and the rules for such codes.</summary>
/// <param name="Name">As in keys: <c>password</c>, <c>phone</c>, <c>claim:{key of the customer who claims}</c>.</param>
/// <param name="Life">How long a code holds.</param>
/// <param name="TriesMax">Guesses at one code; null where guessing is hopeless.</param>
/// <param name="AsksMax">Letters within <see cref="AsksWindow"/>.</param>
/// <param name="AsksWindow">See <see cref="AsksMax"/>.</param>
public sealed record CodePurpose(string Name, TimeSpan Life, int? TriesMax, int AsksMax, TimeSpan AsksWindow)
{
    /// <summary>How long a letter that cannot be sent is kept trying.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(30);

    private const string ClaimPrefix = "claim:";

    /// <summary>A token with which a customer sets a new password.</summary>
    public static CodePurpose Password { get; } = new(
        "password", TimeSpan.FromMinutes(30), null, 3, TimeSpan.FromMinutes(15));

    /// <summary>A code that proves a phone.</summary>
    public static CodePurpose Phone { get; } = new(
        "phone", TimeSpan.FromMinutes(10), 5, 3, TimeSpan.FromMinutes(10));

    /// <summary>A code that proves a guest's email or phone to the customer who claims the guest's history.</summary>
    public static CodePurpose Claim(ProfileKey claimant) => Phone with { Name = ClaimPrefix + claimant };

    /// <summary>Somebody asks for a password by an email of whom nobody has looked yet whose it is.</summary>
    public static CodePurpose Request { get; } = Password with { Name = "request" };

    /// <summary>True for tokens, false for six digits.</summary>
    public bool IsToken => TriesMax is null;

    /// <summary>True when the code proves a claim.</summary>
    public bool IsClaim => Name.StartsWith(ClaimPrefix, StringComparison.Ordinal);

    /// <summary>Reads a name as it stands in a key.</summary>
    public static CodePurpose Of(string name) => name switch
    {
        "password" => Password,
        "phone" => Phone,
        _ when name.StartsWith(ClaimPrefix, StringComparison.Ordinal) =>
            Claim(ProfileKey.Parse(name[ClaimPrefix.Length..])),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such purpose."),
    };

    /// <summary>Where such a code is sent: passwords by mail, phones to themselves, claims by mail where there is one.
    /// Null when the customer has no such contact.</summary>
    public Contact? ContactOf(string? email, string? phone)
    {
        if (Name != Phone.Name && email is not null) return new Contact(Channel.Mail, email);
        return (Name == Phone.Name || IsClaim) && phone is not null ? new Contact(Channel.Sms, phone) : null;
    }
}
