using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Access;

/// <summary>Changes an application's settings, all but its environment.</summary>
public sealed class ReplaceApplication(AccessTable table, KeyCache cache, TimeProvider clock)
{
    [Function(nameof(ReplaceApplication))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "applications/{name}")] HttpRequest http,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Admin, out var caller, out var refusal)) return refusal;
        var body = await http.ReadFieldsAsync(cancel);
        var read = body.Then(b => ApplicationRequest.Read(b, name, clock.GetUtcNow()));
        if (!read.Try(out var wanted, out var error)) return Problem.From(error);
        var existing = await table.FindApplicationAsync(name, cancel);
        if (existing is null || !caller.MayAdminister(existing.Environment))
            return Problem.From(Error.NotFound("application"));
        if (existing.Environment != wanted.Environment) return Problem.From(AccessErrors.EnvironmentFixed);

        var application = wanted with { CreatedAt = existing.CreatedAt };
        await table.ReplaceAsync(application, cancel);
        cache.Clear();
        return Answer.Ok(application);
    }
}
