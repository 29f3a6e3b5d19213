using System.Globalization;
using System.Text;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>What all notes of one key hang on.</summary>
/// <param name="Count">Notes that are there.</param>
/// <param name="Lines">Lines of their audit trail so far.</param>
/// <param name="IsErased">The customer was erased: there will never be a note again.</param>
/// <param name="ETag">As it was read; none when there is no row yet.</param>
public sealed record NotesHead(int Count, long Lines, bool IsErased, ETag ETag);

/// <summary>A change of notes that was made.</summary>
/// <param name="NoteId">Which note.</param>
/// <param name="BodyHash">What it said.</param>
/// <param name="Note">The note after it; null when it is gone.</param>
public sealed record NoteChange(string NoteId, string BodyHash, Note? Note);

/// <summary>
/// Notes about customers.
/// Table: <c>ProfileNotes</c>. PK <c>{env}|{profile key}</c>. RK <c>head</c>; <c>n|{note id}</c> a note, whose id
/// begins with the inverted time so that the newest sorts first; <c>c|{change id}</c> a change that was made;
/// <c>h|{key}|{place}</c> a line of the audit trail (<see cref="AuditRows"/>).
/// Example: <c>live|0198…</c>, <c>n|7a4c…</c>, Note <c>{"text":"Likes the window",…}</c>.
/// Queries: head, note or change by key; the notes, or the lines, from one on.
/// <para>Every change is one transaction under the head's ETag. An erasure marks the head first, so that a writer who
/// read it before fails, and then removes all the rest.</para>
/// </summary>
public sealed class ProfileNotesTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "ProfileNotes";

    private const string HeadKey = "head";
    private const string NotePrefix = "n|";
    private const string ChangePrefix = "c|";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>The id of a new note.</summary>
    public static string NewId(DateTimeOffset now, Change change) =>
        (long.MaxValue - now.UtcTicks).ToString("x16", CultureInfo.InvariantCulture)
        + Hash.Hex("note", change.Id)[..16];

    /// <summary>True for a text that is the id of some note.</summary>
    public static bool IsId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>What the notes of a key hang on.</summary>
    public async Task<NotesHead> HeadAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var row = await _table.FindAsync(Partition(environment, key), HeadKey, cancel);
        return new NotesHead(
            row?.GetInt32("Count") ?? 0, row?.GetInt64("Lines") ?? 0, row?.GetBoolean("Erased") is true,
            row?.ETag ?? default);
    }

    /// <summary>One note, or null.</summary>
    public async Task<Note?> FindAsync(
        AppEnvironment environment, ProfileKey key, string noteId, CancellationToken cancel) =>
        await _table.FindAsync(Partition(environment, key), NotePrefix + noteId, cancel) is { } row ? Of(row) : null;

    /// <summary>What a change did before, or null.</summary>
    public async Task<NoteChange?> FindChangeAsync(
        AppEnvironment environment, ProfileKey key, Change change, CancellationToken cancel)
    {
        var row = await _table.FindAsync(Partition(environment, key), ChangePrefix + change.Id, cancel);
        if (row is null) return null;
        var noteId = row.GetString("NoteId");
        return new NoteChange(
            noteId, row.GetString("BodyHash"), await FindAsync(environment, key, noteId, cancel));
    }

    /// <summary>Makes one change: the note as it was (null for a new one) becomes the next (null to remove it), with a
    /// line of the audit trail, under the head. A lost race throws.</summary>
    public Task CommitAsync(
        AppEnvironment environment, ProfileKey key, NotesHead head, Note? before, Note? next, Change change,
        AuditEntry line, CancellationToken cancel)
    {
        var partition = Partition(environment, key);
        var batch = new TableBatch(_table, partition);
        var noteId = (next ?? before)!.NoteId;
        var headRow = new TableEntity(partition, HeadKey)
        {
            ["Count"] = head.Count + (before is null ? 1 : 0) - (next is null ? 1 : 0),
            ["Lines"] = head.Lines + 1,
        };
        if (head.ETag == default) batch.Insert(headRow);
        else batch.Replace(headRow, head.ETag);
        // The head's ETag guards the note as well: nobody writes a note without it.
        if (next is null) batch.Delete(NotePrefix + noteId, ETag.All);
        else batch.Upsert(RowOf(partition, next));
        batch.Insert(AuditRows.Entity(partition, key, line, AuditRows.PlaceOfNote(head.Lines + 1)));
        batch.Insert(new TableEntity(partition, ChangePrefix + change.Id)
        {
            ["NoteId"] = noteId,
            ["BodyHash"] = change.BodyHash,
        });
        return batch.CommitAsync(cancel);
    }

    /// <summary>The notes of a key after one of any key, newest first, at most so many.</summary>
    public async Task<IReadOnlyList<Note>> ListAsync(
        AppEnvironment environment, ProfileKey key, string? after, int take, CancellationToken cancel)
    {
        var found = new List<Note>();
        var from = after is null ? NotePrefix : $"{NotePrefix}{after}!";
        var range = TableRows.Range(Partition(environment, key), from, NotePrefix + "~");
        await foreach (var row in _table.QueryAsync<TableEntity>(range, take, cancellationToken: cancel))
        {
            found.Add(Of(row));
            if (found.Count == take) break;
        }

        return found;
    }

    /// <summary>Lines of the notes' audit trail after a position, newest first, at most so many.</summary>
    public Task<IReadOnlyList<AuditLine>> AuditAsync(
        AppEnvironment environment, ProfileKey key, string? after, int take, CancellationToken cancel) =>
        AuditRows.ReadAsync(_table, Partition(environment, key), key, after, take, cancel);

    /// <summary>Removes everything of a key, and lets nobody write there again.</summary>
    public async Task EraseAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var partition = Partition(environment, key);
        await _table.UpsertEntityAsync(
            new TableEntity(partition, HeadKey) { ["Erased"] = true }, TableUpdateMode.Replace, cancel);
        var keys = new List<string>();
        var range = TableRows.Range(partition, ChangePrefix, NotePrefix + "~");
        var rows = _table.QueryAsync<TableEntity>(range, select: ["RowKey"], cancellationToken: cancel);
        await foreach (var row in rows)
            if (row.RowKey != HeadKey) keys.Add(row.RowKey);
        foreach (var chunk in keys.Chunk(TableBatch.RowsMax))
        {
            var batch = new TableBatch(_table, partition);
            foreach (var row in chunk) batch.Delete(row, ETag.All);
            await batch.CommitAsync(cancel);
        }
    }

    private static string Partition(AppEnvironment environment, ProfileKey key) => $"{environment.Name()}|{key}";

    private static TableEntity RowOf(string partition, Note note)
    {
        var row = new TableEntity(partition, NotePrefix + note.NoteId);
        row.SetDocument("Note", Encoding.UTF8.GetBytes(Json.Write(note)));
        return row;
    }

    private static Note Of(TableEntity row) => Json.Read<Note>(Encoding.UTF8.GetString(row.GetDocument("Note")!));
}
