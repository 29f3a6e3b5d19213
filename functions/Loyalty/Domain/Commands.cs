using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Points to be granted.</summary>
/// <param name="Points">How many; more than none.</param>
/// <param name="Origin">What earned them.</param>
/// <param name="By">Who says so: <c>application:shop</c>.</param>
public sealed record Grant(Points Points, Origin Origin, string By)
{
    /// <summary>The ledger; a new subledger comes into being by its first points.</summary>
    public string Ledger { get; init; } = Ledgers.Main;

    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The id of the session that they belong to, as the caller gave it.</summary>
    public string? Session { get; init; }

    /// <summary>The rule that grants them, by name; null when a person does.</summary>
    public string? Rule { get; init; }

    /// <summary>When the points count from, when that is in the past (a payment linked late); null for now.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>When they become active; null for the program's default.</summary>
    public StartRule? Start { get; init; }

    /// <summary>When they expire; null for the program's default.</summary>
    public ExpiryRule? Expiry { get; init; }
}

/// <summary>Points to be spent.</summary>
public sealed record Deduction(Points Points, Origin Origin, string By)
{
    /// <summary>The ledger.</summary>
    public string Ledger { get; init; } = Ledgers.Main;

    /// <summary>Why, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The id of the session that they are spent in, as the caller gave it.</summary>
    public string? Session { get; init; }

    /// <summary>Sets something right, and may leave a negative balance where the program allows it.</summary>
    public bool IsCorrection { get; init; }
}

/// <summary>Points that an origin has earned, to be taken back.</summary>
/// <param name="Points">How many, at most what that origin has earned.</param>
/// <param name="Earned">The origin whose points they were.</param>
/// <param name="By">Who says so.</param>
public sealed record TakeBack(Points Points, Origin Earned, string By)
{
    /// <summary>The ledger.</summary>
    public string Ledger { get; init; } = Ledgers.Main;

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary>Points that an origin has spent, to be given back.</summary>
/// <param name="Points">How many, at most what that origin has spent and not got back yet.</param>
/// <param name="Spent">The origin that spent them.</param>
/// <param name="By">Who says so.</param>
public sealed record GiveBack(Points Points, Origin Spent, string By)
{
    /// <summary>The ledger.</summary>
    public string Ledger { get; init; } = Ledgers.Main;

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary>An entry to be undone.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="By">Who says so.</param>
/// <param name="Reason">Why.</param>
/// <param name="Owner">In whose wallet it lies, when that was merged into this one; null for this one.</param>
public sealed record Undoing(long Seq, string By, string? Reason, string? Owner = null);

/// <summary>Points that wait for an action, to be activated: those of an entry, or of an origin.</summary>
public sealed record Activation(long? Seq, Origin? Origin, string By, string? Reason);

/// <summary>Points to be given a later expiry: those of an entry, or of a ledger.</summary>
/// <param name="Expiry">Until when; an amount of time counts from the expiry that they have.</param>
public sealed record Extension(ExpiryRule Expiry, long? Seq, string? Ledger, string By, string? Reason);

/// <summary>Active points to be moved.</summary>
/// <param name="Points">How many.</param>
/// <param name="Ledger">Out of which ledger.</param>
/// <param name="To">Into which wallet.</param>
/// <param name="ToLedger">Into which of its ledgers.</param>
public sealed record Transfer(
    Points Points, string Ledger, WalletId To, string ToLedger, string By, string? Reason);

/// <summary>Where points come from, by name.</summary>
public static class Origins
{
    /// <summary>The kind of origin that sessions are.</summary>
    public const string SessionKind = "session";

    /// <summary>The kind of origin that payments at terminals are.</summary>
    public const string PaymentKind = "payment";

    /// <summary>A session of an application. The caller's id is hashed: it may be anything.</summary>
    public static Origin Session(string application, string sessionId) =>
        new(SessionKind, $"{application}/{Hash.Hex("session", application, sessionId)}");

    /// <summary>A person or program with this key.</summary>
    public static Origin Key(string keyId) => new("person", keyId);
}
