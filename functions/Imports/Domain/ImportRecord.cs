using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Domain;

/// <summary>Where an import stands.</summary>
public enum ImportState
{
    /// <summary>The file is here and its columns are proposed.</summary>
    Uploaded,

    /// <summary>Started; waits for its turn.</summary>
    Queued,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Every row was dealt with.</summary>
    Completed,

    /// <summary>Stopped, for the reason given. What it had written stays; started again it goes on there.</summary>
    Failed,
}

/// <summary>What happens to customers that are there already.</summary>
public enum ImportExisting
{
    /// <summary>Cells that are not blank overwrite.</summary>
    Update,

    /// <summary>The row is left out.</summary>
    Skip,
}

/// <summary>By what a row finds its customer. The numbers are those of <see cref="KeyField"/>.</summary>
public enum ImportMatch
{
    /// <summary>The registered owner of the email.</summary>
    Email = KeyField.Email,

    /// <summary>The registered owner of the phone.</summary>
    Phone = KeyField.Phone,

    /// <summary>The customer of that integration id.</summary>
    IntegrationId = KeyField.IntegrationId,
}

/// <summary>How an import is done.</summary>
public sealed record ImportOptions(ImportExisting OnExisting, ImportMatch MatchBy)
{
    /// <summary>What a caller gets who says nothing, and every dropped file.</summary>
    public static ImportOptions Default { get; } = new(ImportExisting.Update, ImportMatch.Email);
}

/// <summary>Where the file lies.</summary>
/// <param name="Container">The container's full name.</param>
/// <param name="Blob">The blob's name.</param>
/// <param name="ETag">Its version: a file that was overwritten is another file.</param>
/// <param name="Bytes">Its length.</param>
public sealed record ImportSource(string Container, string Blob, string ETag, long Bytes);

/// <summary>What became of rows.</summary>
public sealed record ImportCounts(
    long RowsRead, long Created, long Updated, long Unchanged, long Skipped, long Rejected)
{
    /// <summary>No rows.</summary>
    public static ImportCounts None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Both together.</summary>
    public ImportCounts Plus(ImportCounts other) => new(
        RowsRead + other.RowsRead, Created + other.Created, Updated + other.Updated, Unchanged + other.Unchanged,
        Skipped + other.Skipped, Rejected + other.Rejected);
}

/// <summary>One import, from upload to end.</summary>
/// <param name="ImportId">32 hex digits.</param>
/// <param name="Kind">What the rows are: <c>customers</c>.</param>
/// <param name="Application">Whose import it is; its region reads phone numbers.</param>
/// <param name="Region">ISO 3166 alpha-2.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedAt">When the file came.</param>
public sealed record ImportRecord(
    string ImportId, AppEnvironment Environment, string Kind, string Application, string Region, ImportState State,
    DateTimeOffset CreatedAt)
{
    /// <summary>Where the file lies; null when there is none that could be read.</summary>
    public ImportSource? Source { get; init; }

    /// <summary>Where the file lay before a customer was taken out of it; there until that one is gone.</summary>
    public ImportSource? Replaced { get; init; }

    /// <summary>What the file's beginning told.</summary>
    public FileShape? Shape { get; init; }

    /// <summary>The field of each column; null for none.</summary>
    public IReadOnlyList<string?> Mapping { get; init; } = [];

    /// <summary>Set when it is started.</summary>
    public ImportOptions? Options { get; init; }

    /// <summary>The change that started it last: a repeat does not start it again once it has failed.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The declarations of the attributes that columns are mapped to, as they were when it was started first,
    /// as JSON; null without any.</summary>
    public string? Attributes { get; init; }

    /// <summary>When its turn came first: the same in every run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What became of the rows; final when completed.</summary>
    public ImportCounts Counts { get; init; } = ImportCounts.None;

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 of an uploaded file, in hex, with the request's other parts.</summary>
    public string? BodyHash { get; init; }

    /// <summary>True when nothing will change any more without a new start.</summary>
    public bool HasEnded => State is ImportState.Completed or ImportState.Failed;

    /// <summary>The header of the column that a field is mapped to, or the field's own name.</summary>
    public string ColumnOf(string field)
    {
        for (var i = 0; i < Mapping.Count && Shape is not null; i++)
            if (Mapping[i] == field) return Shape.Headers[i];
        return field;
    }
}

/// <summary>A stretch of the file that begins and ends between records.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="FirstLine">The physical line on which it begins.</param>
public sealed record FileRange(long Offset, int Length, int FirstLine);
