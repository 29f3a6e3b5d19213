using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Orders;

/// <summary>Brings a session to a state. Safe to repeat: the same request gets the same answer and does nothing again.
/// </summary>
public sealed class PutSession(SessionWriter writer, SessionAnswers answers)
{
    [Function(nameof(PutSession))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "sessions/{sessionId}")] HttpRequest http,
        string sessionId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(sessionId) is { } fault) return Problem.From(Error.Invalid("sessionId", fault));
        if (!ReadDry(http).Try(out var isDry, out var wrong)) return Problem.From(wrong);
        var body = await http.ReadFieldsAsync(cancel);
        var read = body.Then(b => SessionRequest.Read(b, caller.App.Currency, caller.App.Region));
        if (!read.Try(out var request, out var error)) return Problem.From(error);

        var key = SessionKey.Of(caller.Environment, caller.App.Name, sessionId);
        var result = isDry
            ? await writer.EvaluateAsync(caller, key, sessionId, request, cancel)
            : await writer.PutAsync(caller, key, sessionId, request, cancel);
        if (!result.Try(out var session, out var refused)) return Problem.From(refused);
        return Answer.Ok(await answers.OfAsync(caller, session, request.Contact, cancel));
    }

    private static Result<bool> ReadDry(HttpRequest http)
    {
        var query = new QueryFields(http.Query);
        var isDry = query.Flag("dry") ?? false;
        return query.Finish(() => isDry);
    }
}
