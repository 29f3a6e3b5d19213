using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Codes;

/// <summary>Takes the six digits that a customer's phone was sent: the phone counts as verified.</summary>
public sealed class ConfirmPhone(OneTimeCodes codes, ProfileDirectory directory)
{
    /// <summary>The customer, whose phone is verified.</summary>
    public sealed record Response(string ProfileId, bool MobileVerified);

    [Function(nameof(ConfirmPhone))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "profiles/{id}/phone-verification/confirm")]
        HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var code, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (await directory.FindAsync(caller.Environment, id, cancel) is not { } customer)
            return Problem.From(ProfileErrors.NotFound);
        http.Concerns(customer.Key);
        return (await ConfirmAsync(caller, customer.Key, code, change, cancel))
            .Or(done => Answer.Ok(new Response(done.IntegrationId, done.MobileVerified)).WithETag(done.ETag));
    }

    private static Result<string> Read(JsonFields body)
    {
        var code = body.Text("code", Secrets.Digits, required: true, fault: c =>
            c.Length == Secrets.Digits && c.All(char.IsAsciiDigit) ? null : "It must be six digits.");
        return body.Finish(() => code!);
    }

    /// <summary>The code is used up after the phone was noted: what breaks off in between can be repeated.</summary>
    private async Task<Result<StoredProfile>> ConfirmAsync(
        Caller caller, ProfileKey key, string code, Change change, CancellationToken cancel)
    {
        var environment = caller.Environment;
        var seen = await codes.CheckAsync(environment, key, CodePurpose.Phone, code, preview: true, change, cancel);
        if (!seen.Try(out var customer, out var error)) return error;
        if (customer?.Profile.Phone is not { } phone) return CodesErrors.NoCode;
        var verified = await directory.VerifyPhoneAsync(environment, key, phone, change, caller.Name, cancel);
        if (!verified.IsOk) return verified;
        var used = await codes.CheckAsync(environment, key, CodePurpose.Phone, code, preview: false, change, cancel);
        // Somebody else has used it meanwhile, to the same end.
        return used.Error is { Kind: ErrorKind.Busy } busy ? busy : verified;
    }
}
