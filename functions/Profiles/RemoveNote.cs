using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Removes a note. The audit trail keeps that there was one, and what it said.</summary>
public sealed class RemoveNote(ProfileDirectory directory, ProfileNotes notes)
{
    [Function(nameof(RemoveNote))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "profiles/{id}/notes/{noteId}")] HttpRequest http,
        string id,
        string noteId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Staff, out var caller, out var refusal)) return refusal;
        if (!ProfileNotesTable.IsId(noteId)) return Problem.From(ProfileErrors.NoSuchNote);
        if (!http.ReadChange(caller.App.Name, ProfileReading.Nothing).Try(out var change, out var error))
            return Problem.From(error);
        if (await directory.FindAsync(caller.Environment, id, cancel) is not { } stored)
            return Problem.From(ProfileErrors.NotFound);

        var removed = await notes.ChangeAsync(
            caller.Environment, stored.Keys, noteId, null, caller.Name, http.IfMatch(), change, cancel);
        return removed.Or(s => Answer.NoContent.AsHit(s.Hit));
    }
}
