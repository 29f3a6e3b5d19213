using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Orders;

/// <summary>Gives parts of a closed session back, by line and quantity: money, discounts and points in proportion. Safe
/// to repeat with its Idempotency-Key.</summary>
public sealed class ReturnItems(SessionWriter writer, SessionWishes wishes, SessionAnswers answers)
{
    [Function(nameof(ReturnItems))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sessions/{sessionId}/returns")] HttpRequest http,
        string sessionId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(sessionId) is not null) return Problem.From(OrdersErrors.NoSession);
        if (!DryRun.Read(http).Try(out var isDry, out var error)) return Problem.From(error);
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(SessionReturns.Read);
        if (!read.Try(out var lines, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);

        var order = SessionOrder.Of(caller, sessionId, isDry);
        var wish = wishes.ToReturn(order, lines, new ReturnKey(change.Id, change.BodyHash));
        var result = isDry
            ? await writer.EvaluateAsync(order.Key, wish, cancel)
            : await writer.PutAsync(order.Key, wish, cancel);
        if (!result.Try(out var session, out error)) return Problem.From(error);
        if (session.Customer is { } customer) http.Concerns(ProfileKey.Parse(customer.Key));
        return Answer.Ok(await answers.WithoutCustomerAsync(caller, session, cancel));
    }
}
