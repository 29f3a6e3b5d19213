using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Orders;

/// <summary>Reads a session of the caller's application.</summary>
public sealed class GetSession(SessionTable sessions, SessionAnswers answers)
{
    [Function(nameof(GetSession))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sessions/{sessionId}")] HttpRequest http,
        string sessionId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(sessionId) is not null) return Problem.From(OrdersErrors.NoSession);
        var key = SessionKey.Of(caller.Environment, caller.App.Name, sessionId);
        var stored = await sessions.FindAsync(key, cancel);
        return stored.Session is { } session
            ? Answer.Ok(await answers.OfAsync(caller, session, contact: null, cancel))
            : Problem.From(OrdersErrors.NoSession);
    }
}
