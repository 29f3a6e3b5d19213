using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Events;

/// <summary>Takes a subscription away, with all that waits for it and all that was given up.</summary>
public sealed class DeleteSubscription(SubscriptionBook book)
{
    [Function(nameof(DeleteSubscription))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "events/subscriptions/{name}")] HttpRequest http,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (SimpleName.Fault(name) is not null) return Problem.From(EventsErrors.NotFound);
        var removed = await book.RemoveAsync(caller.Environment, name, cancel);
        return removed.Or(was => was ? Answer.NoContent : Problem.From(EventsErrors.NotFound));
    }
}
