using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Removes one of a customer's addresses.</summary>
public sealed class RemoveAddress(ProfileWriter writer)
{
    [Function(nameof(RemoveAddress))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "profiles/{id}/addresses/{addressId}")]
        HttpRequest http,
        string id,
        string addressId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(id) is not null) return Problem.From(ProfileErrors.NotFound);
        if (!http.ReadChange(caller.App.Name, ProfileReading.Nothing).Try(out var change, out var error))
            return Problem.From(error);

        var write = ProfileWrite.OfExisting(
            caller.Environment, id, change, http.IfMatch(), caller.Name,
            current => AddressBook.Remove(current, addressId));
        var saved = await writer.WriteAsync(write, cancel);
        return saved.Or(s => Answer.NoContent.WithETag(s.Profile.ETag).AsHit(s.Hit));
    }
}
