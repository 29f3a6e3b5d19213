namespace CustomerFunctions.Messaging.Domain;

/// <summary>What a letter is for.</summary>
public enum LetterKind
{
    /// <summary>A token with which a customer sets a new password; a mail.</summary>
    PasswordReset,

    /// <summary>A code that proves a phone; a text message.</summary>
    VerificationCode,

    /// <summary>A code that proves a guest's email or phone; a mail, or a text message without its subject.</summary>
    ClaimCode,
}

/// <summary>How kinds are written in routes and keys.</summary>
public static class LetterKinds
{
    /// <summary>Kinds by name.</summary>
    public static IReadOnlyDictionary<string, LetterKind> ByName { get; } = new Dictionary<string, LetterKind>(
        StringComparer.Ordinal)
    {
        ["password-reset"] = LetterKind.PasswordReset,
        ["verification-code"] = LetterKind.VerificationCode,
        ["claim-code"] = LetterKind.ClaimCode,
    };

    /// <summary>The name of a kind.</summary>
    public static string Name(this LetterKind kind) => ByName.First(k => k.Value == kind).Key;
}
