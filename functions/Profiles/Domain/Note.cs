using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>What somebody wrote down about a customer.</summary>
/// <param name="NoteId">32 hex digits; newer notes have smaller ones.</param>
/// <param name="Text">The text.</param>
/// <param name="Author">Who wrote it: as given, else the caller.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="EditedAt">When it was last edited; null when never.</param>
/// <param name="Version">Counts its edits, from 1.</param>
public sealed record Note(
    string NoteId, string Text, string Author, DateTimeOffset CreatedAt, DateTimeOffset? EditedAt, long Version)
{
    /// <summary>The version as callers see it in the header <c>ETag</c>.</summary>
    public string ETag => $"\"{Version}\"";

    /// <summary>The note with another text; the author stays unless another is given.</summary>
    public Note Edited(NoteRequest request, DateTimeOffset now) => this with
    {
        Text = request.Text,
        Author = request.Author ?? Author,
        EditedAt = now,
        Version = Version + 1,
    };
}

/// <summary>What a caller says of a note.</summary>
/// <param name="Text">The text.</param>
/// <param name="Author">Who wrote it, when that is not the caller.</param>
public sealed record NoteRequest(string Text, string? Author)
{
    /// <summary>Longest text.</summary>
    public const int TextLengthMax = 4000;

    private const int AuthorLengthMax = 100;

    /// <summary>Reads a note. Fails with: invalid, naming every wrong field.</summary>
    public static Result<NoteRequest> Read(JsonFields body)
    {
        var text = body.Text("text", TextLengthMax, required: true, ProfileRequest.CardFault);
        var author = body.Text("author", AuthorLengthMax, fault: ProfileRequest.CardFault);
        return body.Finish(() => new NoteRequest(text!, author));
    }
}
