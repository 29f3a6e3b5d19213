using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Attributes;

/// <summary>One declared attribute.</summary>
public sealed class GetAttribute(AttributeCatalog catalog)
{
    [Function(nameof(GetAttribute))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "attributes/{entity}/{name}")] HttpRequest http,
        string entity,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        return AttributeDeclaration.EntityOf(entity) is { } of
            && await catalog.FindAsync(caller.Environment, of, name, cancel) is { } declared
            ? Answer.Ok(declared)
            : Problem.From(AttributesErrors.NotFound);
    }
}
