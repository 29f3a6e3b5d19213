using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Codes;

/// <summary>Sends six digits to a customer's phone.</summary>
public sealed class SendPhoneCode(OneTimeCodes codes, ProfileDirectory directory)
{
    [Function(nameof(SendPhoneCode))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "profiles/{id}/phone-verification")]
        HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonOrEmptyAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(b => b.Finish(() => true)).Try(out _, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (await directory.FindAsync(caller.Environment, id, cancel) is not { } customer)
            return Problem.From(ProfileErrors.NotFound);
        http.Concerns(customer.Key);
        return await codes.SendAsync(
            caller.Environment, caller.App, customer.Key, CodePurpose.Phone, change, cancel) is { } fault
            ? Problem.From(fault)
            : Answer.Accepted(LetterAnswer.Queued);
    }
}
