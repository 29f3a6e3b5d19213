using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Replaces one of a customer's addresses.</summary>
public sealed class ReplaceAddress(ProfileWriter writer)
{
    [Function(nameof(ReplaceAddress))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "profiles/{id}/addresses/{addressId}")]
        HttpRequest http,
        string id,
        string addressId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(id) is not null) return Problem.From(ProfileErrors.NotFound);
        var body = await http.ReadJsonAsync(cancel);
        if (!body.Then(JsonFields.Of).Then(f => AddressRequest.Read(f, caller.App.Region))
            .Try(out var request, out var error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, body.Value).Try(out var change, out error)) return Problem.From(error);

        var write = ProfileWrite.OfExisting(
            caller.Environment, id, change, http.IfMatch(), caller.Name,
            current => AddressBook.Replace(current, request, addressId));
        var saved = await writer.WriteAsync(write, cancel);
        return saved.Or(s => s.Profile.Profile.Addresses.FirstOrDefault(a => a.AddressId == addressId) is { } address
            ? Answer.Ok(address).WithETag(s.Profile.ETag).AsHit(s.Hit)
            : Problem.From(ProfileErrors.NoSuchAddress));
    }
}
