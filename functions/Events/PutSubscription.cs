using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Events;

/// <summary>Makes a subscription, or changes one. A secret that is made here is in this answer and no other, except one
/// to the same Idempotency-Key.</summary>
public sealed class PutSubscription(SubscriptionBook book, IOptions<WebhooksOptions> options)
{
    [Function(nameof(PutSubscription))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "events/subscriptions/{name}")] HttpRequest http,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var body = await http.ReadJsonAsync(cancel);
        var read = body.Then(json => SubscriptionRequest.Read(json, name, options.Value.Rules));
        if (!read.Try(out var wanted, out var error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, body.Value).Try(out var change, out error)) return Problem.From(error);
        var put = await book.PutAsync(caller.Environment, name, wanted, change, cancel);
        return put.Or(w =>
        {
            var answer = SubscriptionAnswer.ToChange(w.Subscription);
            return (w.IsNew ? Answer.Created(answer) : Answer.Ok(answer)).AsHit(w.Hit);
        });
    }
}
