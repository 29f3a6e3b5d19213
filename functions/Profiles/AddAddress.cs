using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Adds an address to a customer.</summary>
public sealed class AddAddress(ProfileWriter writer)
{
    [Function(nameof(AddAddress))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "profiles/{id}/addresses")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(id) is not null) return Problem.From(ProfileErrors.NotFound);
        var body = await http.ReadJsonAsync(cancel);
        if (!body.Then(JsonFields.Of).Then(f => AddressRequest.Read(f, caller.App.Region))
            .Try(out var request, out var error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, body.Value).Try(out var change, out error)) return Problem.From(error);

        // Made from the change: a repeat finds the address that it made first.
        var addressId = "a-" + Hash.Hex("address", change.Id)[..16];
        var write = ProfileWrite.OfExisting(
            caller.Environment, id, change, http.IfMatch(), caller.Name,
            current => AddressBook.Add(current, request, addressId));
        var saved = await writer.WriteAsync(write, cancel);
        if (!saved.Try(out var done, out error)) return Problem.From(error);
        http.Concerns(done.Profile.Key);
        return Answer.Created(Find(done, addressId) ?? request.Address with { AddressId = addressId })
            .WithETag(done.Profile.ETag).AsHit(done.Hit);
    }

    /// <summary>The address as it is now; null for a repeat after it was removed.</summary>
    private static CustomerAddress? Find(SavedProfile saved, string addressId) =>
        saved.Profile.Profile.Addresses.FirstOrDefault(a => a.AddressId == addressId);
}
