using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Codes;

/// <summary>Sends a customer a token with which to set a new password: for staff who are asked to.</summary>
public sealed class SendPasswordReset(OneTimeCodes codes, ProfileDirectory directory)
{
    [Function(nameof(SendPasswordReset))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "profiles/{id}/password-reset")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonOrEmptyAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(b => b.Finish(() => true)).Try(out _, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (await directory.FindAsync(caller.Environment, id, cancel) is not { } customer)
            return Problem.From(ProfileErrors.NotFound);
        http.Concerns(customer.Key);
        return await codes.SendAsync(
            caller.Environment, caller.App, customer.Key, CodePurpose.Password, change, cancel) is { } fault
            ? Problem.From(fault)
            : Answer.Accepted(LetterAnswer.Queued);
    }
}
