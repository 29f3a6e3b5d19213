using System.Text.Json.Nodes;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Events;

/// <summary>The catalogue: every type of event that can be published, and what it looks like.</summary>
public sealed class ListEventTypes
{
    private static readonly Lazy<Page<Item>> All = new(() => new Page<Item>(
        [.. EventCatalog.All.Select(t => new Item(t.Name, t.Description, t.Aggregate, EventSchema.Of(t)))],
        Next: null));

    private sealed record Item(string Type, string Description, string Aggregate, JsonObject Schema);

    [Function(nameof(ListEventTypes))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "events/types")] HttpRequest http)
    {
        if (!http.Admits(Scope.Integration, out _, out var refusal)) return Task.FromResult(refusal);
        return Task.FromResult(Answer.Ok(All.Value));
    }
}
