using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Orders;

/// <summary>Brings a session to a state. Safe to repeat: the same request gets the same answer and does nothing again.
/// </summary>
public sealed class PutSession(SessionWriter writer, SessionWishes wishes, SessionAnswers answers)
{
    [Function(nameof(PutSession))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "sessions/{sessionId}")] HttpRequest http,
        string sessionId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(sessionId) is { } fault) return Problem.From(Error.Invalid("sessionId", fault));
        if (!DryRun.Read(http).Try(out var isDry, out var error)) return Problem.From(error);
        var body = await http.ReadFieldsAsync(cancel);
        var read = body.Then(b => SessionRequest.Read(b, caller.SessionRules()));
        if (!read.Try(out var request, out error)) return Problem.From(error);

        var order = SessionOrder.Of(caller, sessionId, isDry);
        var wish = wishes.ToBe(order, request);
        var result = isDry
            ? await writer.EvaluateAsync(order.Key, wish, cancel)
            : await writer.PutAsync(order.Key, wish, cancel);
        if (!result.Try(out var session, out error)) return Problem.From(error);
        return Answer.Ok(await answers.OfAsync(caller, session, request.Contact, cancel));
    }
}
