using System.Text.Json;
using System.Text.Json.Serialization;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Domain;

/// <summary>Where an import stands.</summary>
public enum ImportState
{
    /// <summary>A link is open to which the file can be written.</summary>
    Uploading,

    /// <summary>The file is here and its columns are proposed.</summary>
    Uploaded,

    /// <summary>Started; waits for its turn.</summary>
    Queued,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Held back by a caller; what an activity had begun is done all the same.</summary>
    Paused,

    /// <summary>Every row was dealt with.</summary>
    Completed,

    /// <summary>Stopped, for the reason given. What it had written stays; started again it goes on there.</summary>
    Failed,

    /// <summary>Ended by a caller. What it had written stays, unless it is reverted.</summary>
    Cancelled,
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
    /// <summary>Rows are dealt with as ever, but nothing is written.</summary>
    public bool DryRun { get; init; }

    /// <summary>A match as callers name it.</summary>
    public static string NameOf(ImportMatch match) => JsonNamingPolicy.CamelCase.ConvertName(match.ToString());

    /// <summary>Reads what <see cref="NameOf"/> wrote, or the same with a hyphen.</summary>
    public static bool TryMatch(string word, out ImportMatch match)
    {
        foreach (var known in Enum.GetValues<ImportMatch>())
        {
            match = known;
            if (word == NameOf(known) || (known == ImportMatch.IntegrationId && word == "integration-id")) return true;
        }

        match = ImportMatch.Email;
        return false;
    }

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

/// <summary>How far an import is undone.</summary>
/// <param name="State">Running, completed or failed.</param>
/// <param name="StartedAt">When a caller asked for it first.</param>
public sealed record ImportRevert(RevertState State, DateTimeOffset StartedAt)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What became of the rows.</summary>
    public RevertCounts Counts { get; init; } = RevertCounts.None;
}

/// <summary>Where an undoing stands.</summary>
public enum RevertState
{
    /// <summary>At work.</summary>
    Running,

    /// <summary>Every row was dealt with.</summary>
    Completed,

    /// <summary>A fault on our side stopped it; asked for again it goes on.</summary>
    Failed,
}

/// <summary>What became of rows that were to be undone.</summary>
/// <param name="Removed">What they had made is gone.</param>
/// <param name="Restored">What they had changed is as before.</param>
/// <param name="Kept">Used or changed since: they stay.</param>
public sealed record RevertCounts(long Removed, long Restored, long Kept)
{
    /// <summary>No rows.</summary>
    public static RevertCounts None { get; } = new(0, 0, 0);

    /// <summary>Both together.</summary>
    public RevertCounts Plus(RevertCounts other) =>
        new(Removed + other.Removed, Restored + other.Restored, Kept + other.Kept);
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

    /// <summary>The program of all rows, where the caller has named one.</summary>
    public string? Program { get; init; }

    /// <summary>The field that each column's header proposes; null for none.</summary>
    public IReadOnlyList<string?> Proposed { get; init; } = [];

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

    /// <summary>A caller wants it to end as it is.</summary>
    public bool IsStopping { get; init; }

    /// <summary>How far it is undone; null when nobody has asked for that.</summary>
    public ImportRevert? Revert { get; init; }

    /// <summary>When its files were removed for their age; null while they are there.</summary>
    public DateTimeOffset? SweptAt { get; init; }

    /// <summary>True when nothing will change any more without a new start.</summary>
    public bool HasEnded => State is ImportState.Completed or ImportState.Failed or ImportState.Cancelled;

    /// <summary>True while no activity should begin anything.</summary>
    public bool IsHeld => State == ImportState.Paused || IsStopping;

    /// <summary>Which field each column holds.</summary>
    [JsonIgnore]
    public RowColumns Columns => new(Shape?.Headers ?? [], Mapping);

    /// <summary>The header of the column that a field is mapped to, or the field's own name.</summary>
    public string ColumnOf(string field) => Columns.Of(field);
}

/// <summary>A stretch of the file that begins and ends between records.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="FirstLine">The physical line on which it begins.</param>
public sealed record FileRange(long Offset, int Length, int FirstLine);
