using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Decides that a payment is a customer's, whatever its card says now and later, or gives the decision back to
/// the card.</summary>
public sealed class LinkPayment(PaymentDecisions decisions, ProfileDirectory profiles)
{
    private const string Either = "Give either a profileId or automatic.";

    [Function(nameof(LinkPayment))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "payments/{transactionId}/link")] HttpRequest http,
        string transactionId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!ReadApplication(http).Try(out var application, out var error)) return Problem.From(error);
        var body = await http.ReadFieldsAsync(cancel);
        if (!body.Then(ReadProfileId).Try(out var profileId, out error)) return Problem.From(error);
        var found = await decisions.FindAsync(caller, transactionId, application, cancel);
        if (!found.Try(out var key, out error)) return Problem.From(error);
        if (profileId is null) return (await decisions.UndecideAsync(key, cancel)).Or(Answer.Ok);
        return await profiles.FindAsync(caller.Environment, profileId, cancel) is { } customer
            ? (await decisions.DecideAsync(caller, key, customer, cancel)).Or(Answer.Ok)
            : Problem.From(TerminalsErrors.UnknownProfile);
    }

    /// <summary>Whose transaction ids are meant, as the query says.</summary>
    internal static Result<string?> ReadApplication(HttpRequest http)
    {
        var query = new QueryFields(http.Query);
        var application = query.Text("application", SimpleName.LengthMax);
        if (application is not null && SimpleName.Fault(application) is { } fault) query.Refuse("application", fault);
        return query.Finish(() => application);
    }

    // Null stands for automatic.
    private static Result<string?> ReadProfileId(JsonFields body)
    {
        var profileId = body.Text("profileId", IntegrationId.LengthMax, fault: IntegrationId.Fault);
        var automatic = body.Flag("automatic");
        if (!body.HasErrors && body.Has("profileId") == automatic is true) body.Refuse("profileId", Either);
        else if (automatic is false) body.Refuse("automatic", Either);
        return body.Finish(() => profileId);
    }
}
