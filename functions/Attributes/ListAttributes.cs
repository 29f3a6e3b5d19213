using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Attributes;

/// <summary>The declared attributes, by entity and name.</summary>
public sealed class ListAttributes(AttributeCatalog catalog)
{
    private sealed record Request(AttributeEntity? Entity, int Skip, int Limit);

    [Function(nameof(ListAttributes))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "attributes")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var request, out var error)) return Problem.From(error);
        var all = (await catalog.ListAsync(caller.Environment, cancel))
            .Where(d => request.Entity is null || d.Entity == request.Entity).ToList();
        var items = all.Skip(request.Skip).Take(request.Limit).ToList();
        var next = request.Skip + items.Count;
        return Answer.Ok(new Page<AttributeDeclaration>(
            items, next < all.Count && items.Count > 0 ? Cursor.Write($"{next}") : null));
    }

    private static Result<Request> Read(QueryFields query)
    {
        var words = Enum.GetValues<AttributeEntity>().Select(AttributeDeclaration.WordOf);
        var entity = query.Choice("entity", [.. words]);
        var (skip, limit) = (query.Skip(), query.Limit());
        return query.Finish(() => new Request(
            entity is null ? null : AttributeDeclaration.EntityOf(entity), skip, limit));
    }
}
