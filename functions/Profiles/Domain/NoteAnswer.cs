namespace CustomerFunctions.Profiles.Domain;

/// <summary>A note as callers see it.</summary>
public sealed record NoteAnswer(
    string NoteId, string Text, string Author, DateTimeOffset CreatedAt, DateTimeOffset? EditedAt, string Etag)
{
    /// <summary>The answer for a note.</summary>
    public static NoteAnswer Of(Note note) =>
        new(note.NoteId, note.Text, note.Author, note.CreatedAt, note.EditedAt, note.ETag);
}
