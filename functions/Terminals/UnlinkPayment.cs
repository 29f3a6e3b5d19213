using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Decides that a payment is nobody's, whatever its card says now and later.</summary>
public sealed class UnlinkPayment(PaymentDecisions decisions)
{
    [Function(nameof(UnlinkPayment))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "payments/{transactionId}/link")] HttpRequest http,
        string transactionId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!LinkPayment.ReadApplication(http).Try(out var application, out var error)) return Problem.From(error);
        var found = await decisions.FindAsync(caller, transactionId, application, cancel);
        if (!found.Try(out var key, out error)) return Problem.From(error);
        return (await decisions.DecideAsync(caller, key, customer: null, cancel)).Or(Answer.Ok);
    }
}
