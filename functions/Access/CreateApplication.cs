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
        if (!(await http.ReadJsonAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        var read = JsonFields.Of(json).Then(b => ApplicationRequest.Read(b, routeName: null, clock.GetUtcNow()));
        if (!read.Try(out var application, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!caller.MayAdminister(application.Environment)) return Problem.From(AccessErrors.OtherEnvironment);
        return await table.AddAsync(application, change, cancel) is { } made
            ? Answer.Created(made)
            : Problem.From(AccessErrors.ApplicationExists);
    }
}
