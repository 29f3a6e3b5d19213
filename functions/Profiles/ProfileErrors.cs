using CustomerFunctions.Shared;

namespace CustomerFunctions.Profiles;

/// <summary>Every refusal of this area.</summary>
public static class ProfileErrors
{
    /// <summary>Code of a refusal for emails.</summary>
    public const string EmailTaken = "email-taken";

    /// <summary>Code of a refusal for phones.</summary>
    public const string PhoneTaken = "phone-taken";

    /// <summary>Code of a batch row whose id belongs to a customer that it does not match.</summary>
    public const string IdTaken = "id-taken";

    /// <summary>No such customer in the caller's environment.</summary>
    public static Error NotFound { get; } = Error.NotFound("profile");

    /// <summary>The customer was merged into another, whose id the answer names.</summary>
    public static Error Moved(string integrationId) => new Error(
        "moved", ErrorKind.Moved, "This customer was merged into another.").With("profileId", integrationId);

    /// <summary>The profile has changed since the caller read it.</summary>
    public static Error Stale { get; } = new(
        "stale", ErrorKind.Stale, "The profile is not at the version that If-Match names.");

    /// <summary>The phone that was proven is no longer the customer's.</summary>
    public static Error PhoneChanged { get; } = new(
        "phone-changed", ErrorKind.Conflict, "The profile has another phone by now.");

    /// <summary>The change id said something else before.</summary>
    public static Error IdempotencyKeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "This Idempotency-Key came with another body before.");

    /// <summary>The customer was merged into another than the one that is named.</summary>
    public static Error AlreadyMerged(string integrationId) => new Error(
        "already-merged", ErrorKind.Conflict, "This customer was merged into another before.")
        .With("profileId", integrationId);

    /// <summary>Only a registered customer claims a guest's history.</summary>
    public static Error NotRegistered { get; } = new(
        "not-registered", ErrorKind.Conflict, "Only a registered customer can do this.");

    /// <summary>Two customers cannot be made one as they are.</summary>
    public static Error MergeBlocked(IReadOnlyList<string> reasons) => new Error(
        "merge-blocked", ErrorKind.Conflict, "These two cannot be merged as they are.").With("reasons", reasons);

    /// <summary>A merge is under way that must end first.</summary>
    public static Error MergeUnderway { get; } = new(
        "merge-underway", ErrorKind.Conflict, "A merge into this customer is under way.");

    /// <summary>A merge patch must say that it is one.</summary>
    public static Error NotAPatch { get; } = Error.Invalid(
        "Content-Type", "It must be application/merge-patch+json or application/json.");

    /// <summary>No such address of the customer.</summary>
    public static Error NoSuchAddress { get; } = Error.NotFound("address");

    /// <summary>No such note of the customer.</summary>
    public static Error NoSuchNote { get; } = Error.NotFound("note");

    /// <summary>While there are addresses, one is the default.</summary>
    public static Error DefaultAddressNeeded { get; } = Error.Invalid(
        "/default", "It is the default address: make another one the default instead.");

    /// <summary>The address book is full.</summary>
    public static Error TooManyAddresses { get; } = new(
        "too-many-addresses", ErrorKind.Conflict,
        $"A customer has at most {Domain.AddressBook.AddressesMax} addresses.");

    /// <summary>The customer has as many notes as can be.</summary>
    public static Error TooManyNotes { get; } = new(
        "too-many-notes", ErrorKind.Conflict, $"A customer has at most {ProfileNotes.NotesMax} notes.");

    /// <summary>The customer has as many tags as can be.</summary>
    public static Error TooManyTags { get; } = new(
        "too-many-tags", ErrorKind.Conflict, $"A customer has at most {Domain.TagRules.TagsMax} tags.");

    /// <summary>The note has changed since the caller read it.</summary>
    public static Error StaleNote { get; } = new(
        "stale", ErrorKind.Stale, "The note is not at the version that If-Match names.");

    /// <summary>Another registered customer owns it; who, nobody learns.</summary>
    /// <param name="code">The claim's code, <c>e|…</c> or <c>t|…</c>.</param>
    public static Error Taken(string code) => code[0] == 'e'
        ? TakenAt(EmailTaken, "/email", "Another registered customer has this email.")
        : TakenAt(PhoneTaken, "/phone", "Another registered customer has this phone number.");

    private static Error TakenAt(string code, string pointer, string detail) =>
        new(code, ErrorKind.Conflict, detail) { Fields = [new FieldError(pointer, detail)] };
}
