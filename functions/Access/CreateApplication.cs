using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>Makes an application.</summary>
public sealed class CreateApplication(AccessTable table, TimeProvider clock)
{
    [Function(nameof(CreateApplication))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "applications")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Admin, out var caller, out var refusal)) return refusal;
        var body = await http.ReadFieldsAsync(cancel);
        var read = body.Then(b => ApplicationRequest.Read(b, routeName: null, clock.GetUtcNow()));
        if (!read.Try(out var application, out var error)) return Problem.From(error);
        if (!caller.MayAdminister(application.Environment)) return Problem.From(AccessErrors.OtherEnvironment);
        return await table.AddAsync(application, cancel)
            ? Answer.Created(application)
            : Problem.From(AccessErrors.ApplicationExists);
    }
}
