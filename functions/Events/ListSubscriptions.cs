using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Events;

/// <summary>Lists the subscriptions of the caller's environment, without their secrets.</summary>
public sealed class ListSubscriptions(SubscriptionBook book)
{
    [Function(nameof(ListSubscriptions))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "events/subscriptions")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var found = await book.ReadAsync(caller.Environment, cancel);
        return Answer.Ok(new Page<SubscriptionAnswer>([.. found.Select(SubscriptionAnswer.Of)], Next: null));
    }
}
