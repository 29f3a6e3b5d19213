using CustomerFunctions.Shared;

namespace CustomerFunctions.Imports;

/// <summary>Every refusal of this area. What is wrong with rows is data, not a refusal: see the README.</summary>
public static class ImportsErrors
{
    /// <summary>Nothing in it.</summary>
    public static Error EmptyFile { get; } = new("empty-file", ErrorKind.Invalid, "The file is empty.");

    /// <summary>The import was started before, with other options or until its end.</summary>
    public static Error AlreadyStarted { get; } = new(
        "already-started", ErrorKind.Conflict, "This import was started before. Upload the file again to repeat it.");

    /// <summary>Nothing to fetch before the import has ended.</summary>
    public static Error NotFinished { get; } = new(
        "not-finished", ErrorKind.Conflict, "The rejected rows can be fetched once the import has completed.");

    /// <summary>Another file came with the same Idempotency-Key.</summary>
    public static Error KeyReused { get; } = new(
        "idempotency-key-reused", ErrorKind.Refused, "Another request was made with this Idempotency-Key.");

    /// <summary>Too many imports wait for their turn.</summary>
    public static Error QueueFull { get; } = new(
        "queue-full", ErrorKind.Busy, "Too many imports of this kind are waiting. Try again later.")
    {
        RetryAfter = TimeSpan.FromMinutes(1),
    };

    /// <summary>The first line is no header.</summary>
    public static Error UnusableHeader(string why) =>
        new("unusable-header", ErrorKind.Invalid, $"The file needs a first line with column names. {why}")
        {
            // The pointer to the body as a whole.
            Fields = [new FieldError("", why)],
        };

    /// <summary>The upload is over the limit.</summary>
    public static Error FileTooLarge(long bytesMax) => new(
        "file-too-large", ErrorKind.TooLarge,
        $"Files over {bytesMax} bytes cannot be sent in a request. Drop them into the container 'imports'.");

    /// <summary>Fields that every row needs have no column.</summary>
    public static Error MappingIncomplete(IEnumerable<string> missing) => new Error(
        "mapping-incomplete", ErrorKind.Conflict, "Fields that every row needs have no column.")
        .With("missing", missing);

    /// <summary>Columns are mapped to attributes that nobody declared, or not any more.</summary>
    public static Error AttributesUnknown(IEnumerable<string> names) => new Error(
        "attributes-unknown", ErrorKind.Conflict, "Columns are mapped to attributes that are not declared.")
        .With("unknown", names);
}
