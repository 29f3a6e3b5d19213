using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Writes a note about a customer.</summary>
public sealed class AddNote(ProfileDirectory directory, ProfileNotes notes)
{
    [Function(nameof(AddNote))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "profiles/{id}/notes")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Staff, out var caller, out var refusal)) return refusal;
        var body = await http.ReadJsonAsync(cancel);
        if (!body.Then(JsonFields.Of).Then(NoteRequest.Read).Try(out var request, out var error))
            return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, body.Value).Try(out var change, out error)) return Problem.From(error);
        if (await directory.FindAsync(caller.Environment, id, cancel) is not { } stored)
            return Problem.From(ProfileErrors.NotFound);

        http.Concerns(stored.Key);
        var added = await notes.AddAsync(caller.Environment, stored.Key, request, caller.Name, change, cancel);
        return added.Or(s => Answer.Created(NoteAnswer.Of(s.Note!)).WithETag(s.Note!.ETag).AsHit(s.Hit));
    }
}
