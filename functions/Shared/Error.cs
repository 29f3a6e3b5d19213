using System.Collections.Immutable;

namespace CustomerFunctions.Shared;

/// <summary>What sort of refusal an <see cref="Error"/> is; decides the HTTP status in one place.</summary>
public enum ErrorKind
{
    /// <summary>It has another id now, which the member <c>profileId</c> names: 308 with a Location.</summary>
    Moved,

    /// <summary>The request itself is wrong: 400.</summary>
    Invalid,

    /// <summary>No key, or a key that does not hold: 401.</summary>
    Unauthenticated,

    /// <summary>The key holds but lacks the scope: 403.</summary>
    Denied,

    /// <summary>Not there, or not in the caller's environment: 404.</summary>
    NotFound,

    /// <summary>The state of things speaks against it: 409.</summary>
    Conflict,

    /// <summary>The caller's <c>If-Match</c> is out of date: 412.</summary>
    Stale,

    /// <summary>The body is over its limit: 413.</summary>
    TooLarge,

    /// <summary>Understood, but it contradicts what was said before: 422.</summary>
    Refused,

    /// <summary>Tried too often; the answer says when to come back: 429.</summary>
    TooMany,

    /// <summary>Others were faster for too long, or a dependency is away; worth trying again: 503.</summary>
    Busy,
}

/// <summary>One field that is wrong.</summary>
/// <param name="Pointer">JSON pointer into the body (<c>/email</c>), or <c>?name</c> for a query parameter.</param>
/// <param name="Detail">What is wrong with it, as a sentence without the value.</param>
public sealed record FieldError(string Pointer, string Detail);

/// <summary>An expected refusal. Faults are exceptions, never this.</summary>
/// <param name="Code">Stable name, the last part of the problem's <c>type</c>: <c>insufficient-points</c>.</param>
/// <param name="Kind">What sort of refusal.</param>
/// <param name="Message">One sentence for a person, without personal data.</param>
public sealed record Error(string Code, ErrorKind Kind, string Message)
{
    /// <summary>Every wrong field, all at once.</summary>
    public ImmutableArray<FieldError> Fields { get; init; } = [];

    /// <summary>Further members of the problem document, such as the balance that was too small.</summary>
    public ImmutableDictionary<string, object?> Details { get; init; } = ImmutableDictionary<string, object?>.Empty;

    /// <summary>How long the caller should wait before trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same refusal with one more member in its problem document.</summary>
    public Error With(string name, object? value) => this with { Details = Details.SetItem(name, value) };

    /// <summary>Wrong fields, as one refusal.</summary>
    public static Error Invalid(params IEnumerable<FieldError> fields) =>
        new("invalid", ErrorKind.Invalid, "The request has fields that are not valid.") { Fields = [.. fields] };

    /// <summary>One wrong field, as a refusal.</summary>
    public static Error Invalid(string pointer, string detail) => Invalid(new FieldError(pointer, detail));

    /// <summary>Nothing there by that name, or not for this caller.</summary>
    public static Error NotFound(string what) => new("not-found", ErrorKind.NotFound, $"There is no such {what}.");

    /// <summary>Writers were in each other's way for longer than a request should wait.</summary>
    public static Error Contention { get; } =
        new("contention", ErrorKind.Busy, "Others are writing to the same place. Try again shortly.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
