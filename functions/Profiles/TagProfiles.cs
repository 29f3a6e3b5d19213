using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Gives many customers a tag, or takes it from them, and says what became of each.</summary>
public sealed class TagProfiles(ProfileWriter writer, TagOrdersTable orders)
{
    private const int AtOnce = 8;

    /// <summary>What became of one customer.</summary>
    public sealed record Item(string ProfileId, TagOutcome Outcome);

    /// <summary>What became of all of them, in the order's own order.</summary>
    public sealed record Done(string Tag, IReadOnlyList<Item> Items);

    [Function(nameof(TagProfiles))]
    [RebuiltAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tags/{tag}/profiles")] HttpRequest http,
        string tag,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (TagRules.RouteFault(tag) is { } fault) return Problem.From(Error.Invalid("tag", fault));
        var body = await http.ReadJsonAsync(cancel);
        if (!body.Then(JsonFields.Of).Then(TagOrder.Read).Try(out var order, out var error))
            return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, body.Value).Try(out var change, out error)) return Problem.From(error);

        var isNamed = http.Headers.ContainsKey("Idempotency-Key");
        var kept = isNamed ? await orders.FindAsync(caller.Environment, change, cancel) : null;
        if (kept is not null && kept.BodyHash != change.BodyHash)
            return Problem.From(ProfileErrors.IdempotencyKeyReused);
        var outcomes = kept?.Outcomes ?? await CarryOutAsync(caller, tag, order, change, cancel);
        if (isNamed && kept is null) await orders.KeepAsync(caller.Environment, change, outcomes, cancel);
        var items = order.Steps.Zip(outcomes, (step, outcome) => new Item(step.Id, outcome));
        return Answer.Ok(new Done(tag, [.. items])).AsHit(kept is not null);
    }

    /// <summary>Each customer is a step of the change: an order that broke off and is given again finds the steps that
    /// were made.</summary>
    private async Task<IReadOnlyList<TagOutcome>> CarryOutAsync(
        Caller caller, string tag, TagOrder order, Change change, CancellationToken cancel)
    {
        var outcomes = new TagOutcome[order.Steps.Count];
        await Parallel.ForEachAsync(
            order.Steps.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (step, c) =>
            {
                var (id, add) = step.Item;
                var write = ProfileWrite.OfExisting(
                    caller.Environment, id, change.Step(id), null, caller.Name,
                    current => add ? TagRules.Add(current, tag) : TagRules.Remove(current, tag));
                outcomes[step.Index] = OutcomeOf(await writer.WriteAsync(write, c), add);
            });
        return outcomes;
    }

    private static TagOutcome OutcomeOf(Result<SavedProfile> saved, bool add) => saved.Error?.Code switch
    {
        null when !saved.Value.Changed => TagOutcome.Unchanged,
        null => add ? TagOutcome.Added : TagOutcome.Removed,
        "too-many-tags" => TagOutcome.TooManyTags,
        "not-found" => TagOutcome.NotFound,
        "contention" => TagOutcome.Contention,
        var code => throw new InvalidOperationException($"A tag was refused with {code}."),
    };
}
