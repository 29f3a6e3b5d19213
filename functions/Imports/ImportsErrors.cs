using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Imports;

/// <summary>Every refusal of this area. What is wrong with rows is data, not a refusal: see the README.</summary>
public static class ImportsErrors
{
    /// <summary>Nothing in it.</summary>
    public static Error EmptyFile { get; } = new("empty-file", ErrorKind.Invalid, "The file is empty.");

    /// <summary>The import was started before, with other options or until its end.</summary>
    public static Error AlreadyStarted { get; } = new(
        "already-started", ErrorKind.Conflict, "This import was started before. Upload the file again to repeat it.");

    /// <summary>It cannot be paused, resumed or cancelled any more, or not yet.</summary>
    public static Error NotRunning(ImportState state) => new Error(
        "not-running", ErrorKind.Conflict, "This import is not at work.").With("state", Json.Word(state));

    /// <summary>What the rows would do is no longer what the caller has seen.</summary>
    public static Error PreviewChanged(string hash) => new Error(
        "preview-changed", ErrorKind.Conflict, "The rows would do something else by now. Look at the preview again.")
        .With("hash", hash);

    /// <summary>The files are gone for their age.</summary>
    public static Error FilesRemoved { get; } = new(
        "files-removed", ErrorKind.Conflict, "The files of this import were removed for their age.");

    /// <summary>Nothing was written to the upload link yet, or what was dropped could not be read.</summary>
    public static Error NoFile { get; } = new("no-file", ErrorKind.Conflict, "The file of this import has not come.");

    /// <summary>Only what has ended can be undone.</summary>
    public static Error NotEnded { get; } = new(
        "not-ended", ErrorKind.Conflict, "An import can be reverted once it has ended.");

    /// <summary>A piece that broke off has not noted what it had written.</summary>
    public static Error RevertNeedsEnd { get; } = new(
        "not-ended", ErrorKind.Conflict,
        "This import failed before its end, so that not all that it has written is noted. "
        + "Start it again, then revert it.");

    /// <summary>Its rows can be looked at, but nothing takes them yet.</summary>
    public static Error KindNotTaken(string kind) => new Error(
        "kind-not-taken", ErrorKind.Conflict, "Files of this kind can be checked, but not imported yet.")
        .With("kind", kind);

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
        $"Files over {bytesMax} bytes cannot be sent in a request. Open an upload link, or drop them.");

    /// <summary>Fields that every row needs have no column.</summary>
    public static Error MappingIncomplete(IEnumerable<string> missing) => new Error(
        "mapping-incomplete", ErrorKind.Conflict, "Fields that every row needs have no column.")
        .With("missing", missing);

    /// <summary>Columns are mapped to attributes that nobody declared, or not any more.</summary>
    public static Error AttributesUnknown(IEnumerable<string> names) => new Error(
        "attributes-unknown", ErrorKind.Conflict, "Columns are mapped to attributes that are not declared.")
        .With("unknown", names);
}
