using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Codes.Storage;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Codes;

/// <summary>Takes a request for a new password by email. Whether the email is anybody's is looked at afterwards: the
/// answer is the same, and so is the work until then, also when there were too many requests.</summary>
public sealed class RequestPasswordReset(CodeBook book, LetterKick kick)
{
    [Function(nameof(RequestPasswordReset))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "password-resets")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(body =>
        {
            var given = body.Text("email", EmailAddress.LengthMax, required: true, fault: EmailAddress.Fault);
            return body.Finish(() => given!);
        });
        if (!read.Try(out var email, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);

        var claim = Ownership.OfEmail(caller.Environment, email);
        var asked = await book.AskAsync(
            CodeAddress.OfRequest(caller.Environment, claim), caller.App.Name, change, cancel, claim);
        if (!asked.Try(out var taken, out error) && error.Kind == Shared.ErrorKind.Busy) return Problem.From(error);
        kick.Send(taken?.Mark);
        return Answer.Accepted(LetterAnswer.Queued);
    }
}
