using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Edits a note.</summary>
public sealed class EditNote(ProfileDirectory directory, ProfileNotes notes)
{
    [Function(nameof(EditNote))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "profiles/{id}/notes/{noteId}")] HttpRequest http,
        string id,
        string noteId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Staff, out var caller, out var refusal)) return refusal;
        if (!ProfileNotesTable.IsId(noteId)) return Problem.From(ProfileErrors.NoSuchNote);
        var body = await http.ReadJsonAsync(cancel);
        if (!body.Then(JsonFields.Of).Then(NoteRequest.Read).Try(out var request, out var error))
            return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, body.Value).Try(out var change, out error)) return Problem.From(error);
        if (await directory.FindAsync(caller.Environment, id, cancel) is not { } stored)
            return Problem.From(ProfileErrors.NotFound);

        var edited = await notes.ChangeAsync(
            caller.Environment, stored.Keys, noteId, request, caller.Name, http.IfMatch(), change, cancel);
        return edited.Or(s => s.Note is { } note
            ? Answer.Ok(NoteAnswer.Of(note)).WithETag(note.ETag).AsHit(s.Hit)
            : Problem.From(ProfileErrors.NoSuchNote));
    }
}
