using System.Globalization;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles;

/// <summary>A note after a change.</summary>
/// <param name="Note">As it is; null when it is gone.</param>
/// <param name="Hit">The change had been made before.</param>
public sealed record SavedNote(Note? Note, bool Hit);

/// <summary>Writes and reads the notes about a customer. What belongs to a customer that was merged into another stays
/// under its own key: every read asks all keys.</summary>
public sealed class ProfileNotes(ProfileNotesTable table, TimeProvider clock) : IForgets, IDescribes
{
    /// <summary>Most notes under one key.</summary>
    public const int NotesMax = 1000;

    private const int PageNotes = 200;

    /// <inheritdoc/>
    public string Section => "notes";

    /// <summary>Adds a note, once for each change. Three calls. Fails with: not-found, too-many-notes,
    /// idempotency-key-reused, contention.</summary>
    public Task<Result<SavedNote>> AddAsync(
        AppEnvironment environment, ProfileKey key, NoteRequest request, string by, Change change,
        CancellationToken cancel) =>
        Contention.RetryAsync<SavedNote>(
            async c =>
            {
                var head = await table.HeadAsync(environment, key, c);
                if (head.IsErased) return ProfileErrors.NotFound;
                if (await table.FindChangeAsync(environment, key, change, c) is { } done)
                    return Repeated(done, change, done.Note ?? Made(done.NoteId, request, by));
                if (head.Count >= NotesMax) return ProfileErrors.TooManyNotes;
                var now = clock.GetUtcNow();
                var note = Made(ProfileNotesTable.NewId(now, change), request, by);
                var line = Line(now, by, "note-added", null, note);
                await table.CommitAsync(environment, key, head, null, note, change, line, c);
                return new SavedNote(note, false);
            },
            cancel);

    /// <summary>Edits a note, or removes it without a request, once for each change. At most four calls for a customer
    /// of one key. Fails with: not-found, stale, idempotency-key-reused, contention.</summary>
    public Task<Result<SavedNote>> ChangeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, string noteId, NoteRequest? request, string by,
        string? ifMatch, Change change, CancellationToken cancel) => Contention.RetryAsync<SavedNote>(
            async c =>
            {
                foreach (var key in keys)
                {
                    // The head comes first: whoever changes a note after this moves its ETag.
                    var head = await table.HeadAsync(environment, key, c);
                    if (head.ETag == default || head.IsErased) continue;
                    if (await table.FindChangeAsync(environment, key, change, c) is { } done)
                        return Repeated(done, change, done.Note);
                    if (await table.FindAsync(environment, key, noteId, c) is not { } before) continue;
                    if (ifMatch is not null && ifMatch != before.ETag) return ProfileErrors.StaleNote;
                    var now = clock.GetUtcNow();
                    var next = request is null ? null : before.Edited(request, now);
                    var line = Line(now, by, next is null ? "note-deleted" : "note-edited", before, next);
                    await table.CommitAsync(environment, key, head, before, next, change, line, c);
                    return new SavedNote(next, false);
                }

                return ProfileErrors.NoSuchNote;
            },
            cancel);

    /// <summary>A page of a customer's notes, newest first. One call for each key.</summary>
    public async Task<Page<Note>> ListAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, string? after, int limit, CancellationToken cancel)
    {
        var notes = await NewestAsync(environment, keys, after, limit + 1, cancel);
        var page = notes.Take(limit).ToList();
        return new Page<Note>(page, notes.Count > limit ? Cursor.Write(page[^1].NoteId) : null);
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var done = await Contention.RetryAsync<bool>(
            async c =>
            {
                await table.EraseAsync(environment, key, c);
                return true;
            },
            cancel);
        if (done.Error is { } error) throw new StorageUnavailableException(new TimeoutException(error.Message));
    }

    /// <inheritdoc/>
    public Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        Task.FromResult<object?>(AllAsync(environment, keys, cancel));

    private async IAsyncEnumerable<NoteAnswer> AllAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? after = null;
        while (await NewestAsync(environment, keys, after, PageNotes, cancel) is { Count: > 0 } notes)
        {
            foreach (var note in notes.Take(PageNotes)) yield return NoteAnswer.Of(note);
            after = notes[Math.Min(notes.Count, PageNotes) - 1].NoteId;
        }
    }

    private async Task<List<Note>> NewestAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, string? after, int take, CancellationToken cancel)
    {
        var parts = await Task.WhenAll(keys.Select(k => table.ListAsync(environment, k, after, take, cancel)));
        return [.. parts.SelectMany(p => p).OrderBy(n => n.NoteId, StringComparer.Ordinal)];
    }

    private static Result<SavedNote> Repeated(NoteChange done, Change change, Note? note) =>
        done.BodyHash == change.BodyHash ? new SavedNote(note, true) : ProfileErrors.IdempotencyKeyReused;

    /// <summary>A new note; its id tells when it was made.</summary>
    private static Note Made(string noteId, NoteRequest request, string by)
    {
        var inverted = long.Parse(noteId.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var at = new DateTimeOffset(long.MaxValue - inverted, TimeSpan.Zero);
        return new Note(noteId, request.Text, request.Author ?? by, at, null, 1);
    }

    private static AuditEntry Line(DateTimeOffset now, string by, string action, Note? before, Note? after) => new(
        now, by, action, null,
        [new FieldChange($"notes.{(after ?? before)!.NoteId}", before?.Text, after?.Text)]);
}
