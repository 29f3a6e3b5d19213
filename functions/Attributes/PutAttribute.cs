using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Attributes;

/// <summary>Declares a custom attribute, or changes what it allows. Its type stays.</summary>
public sealed class PutAttribute(AttributeCatalog catalog)
{
    [Function(nameof(PutAttribute))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "attributes/{entity}/{name}")] HttpRequest http,
        string entity,
        string name,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var body = await http.ReadFieldsAsync(cancel);
        var read = body.Then(fields => AttributeDeclaration.Read(fields, entity, name));
        if (!read.Try(out var wanted, out var error)) return Problem.From(error);
        var put = await catalog.PutAsync(caller.Environment, wanted, cancel);
        return put.Or(isNew => isNew ? Answer.Created(wanted) : Answer.Ok(wanted));
    }
}
