using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>The notes about a customer, newest first.</summary>
public sealed class ListNotes(ProfileDirectory directory, ProfileNotes notes)
{
    [Function(nameof(ListNotes))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/notes")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Staff, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var request, out var error)) return Problem.From(error);
        var read = await directory.ReadAsync(caller.Environment, id, cancel);
        if (!read.Try(out var stored, out error)) return Problem.From(error);

        var page = await notes.ListAsync(caller.Environment, stored.Keys, request.After, request.Limit, cancel);
        return Answer.Ok(new Page<NoteAnswer>([.. page.Items.Select(NoteAnswer.Of)], page.Next));
    }

    private static Result<(int Limit, string? After)> Read(QueryFields query)
    {
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (cursor is not null && !ProfileNotesTable.IsId(cursor))
            query.Refuse("cursor", "It must be the 'next' of an earlier page.");
        return query.Finish(() => (limit, cursor));
    }
}
