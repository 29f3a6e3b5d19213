using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Codes;

/// <summary>Takes a token, once, and answers who may set a password.</summary>
public sealed class RedeemPasswordReset(OneTimeCodes codes)
{
    private const int LengthMax = 200;

    /// <summary>Who may set a password.</summary>
    public sealed record Response(string ProfileId);

    [Function(nameof(RedeemPasswordReset))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "password-resets/redeem")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(body =>
        {
            var given = body.Text("token", LengthMax, required: true);
            return body.Finish(() => given!);
        });
        if (!read.Try(out var token, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (Secrets.KeyOf(token) is not { } key) return Problem.From(CodesErrors.TokenInvalid);

        var used = await codes.CheckAsync(
            caller.Environment, key, CodePurpose.Password, token, preview: false, change, cancel);
        if (!used.Try(out var customer, out error))
            return Problem.From(error.Kind == ErrorKind.Busy ? error : CodesErrors.TokenInvalid);
        if (customer is null) return Problem.From(CodesErrors.TokenInvalid);
        http.Concerns(customer.Key);
        return Answer.Ok(new Response(customer.IntegrationId));
    }
}
