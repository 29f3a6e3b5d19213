using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Attributes;

/// <summary>Takes a declaration back. Stored values stay, and cannot be written any more.</summary>
public sealed class DeleteAttribute(AttributeCatalog catalog)
{
    [Function(nameof(DeleteAttribute))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "attributes/{entity}/{name}")] HttpRequest http,
        string entity,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (AttributeDeclaration.EntityOf(entity) is not { } of || SimpleName.Fault(name) is not null)
            return Problem.From(AttributesErrors.NotFound);
        var removed = await catalog.RemoveAsync(caller.Environment, of, name, cancel);
        return removed.Or(was => was ? Answer.NoContent : Problem.From(AttributesErrors.NotFound));
    }
}
