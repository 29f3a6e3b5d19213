using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Lists customers, or finds them as the caller types.</summary>
public sealed class ListProfiles(ProfileFinder finder)
{
    /// <summary>What the caller wants to see.</summary>
    public sealed record Request(
        ProfileFilter Filter, string? Search, IReadOnlyList<string>? Fields, int Limit, string? Cursor);

    [Function(nameof(ListProfiles))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var request, out var error)) return Problem.From(error);
        var page = request.Search is { } typed
            ? await finder.SearchAsync(
                caller.Environment, SearchQuery.Of(typed), request.Filter, request.Cursor, request.Limit, cancel)
            : await finder.ListAsync(caller.Environment, request.Filter, request.Cursor, request.Limit, cancel);
        var items = page.Items.Select(p => ProfileAnswers.Body(caller, p));
        return request.Fields is { } names
            ? Answer.Ok(new Page<object>([.. items.Select(i => i.Only(names))], page.Next))
            : Answer.Ok(new Page<ProfileAnswer>([.. items], page.Next));
    }

    private static Result<Request> Read(QueryFields query)
    {
        var kind = query.Choice("kind", "registered", "guest", "all");
        var status = query.Choice("status", "active", "inactive");
        var search = query.Text("search");
        var tag = query.Text("tag", TagRules.LengthMax);
        var (createdAfter, createdBefore) = (query.Instant("createdAfter"), query.Instant("createdBefore"));
        var (activeAfter, activeBefore) = (query.Instant("activeAfter"), query.Instant("activeBefore"));
        var fields = query.Text("fields", 1000)?.Split(',', StringSplitOptions.TrimEntries);
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (fields?.FirstOrDefault(f => !ProfileAnswer.FieldNames.Contains(f)) is not null)
            query.Refuse("fields", $"Each must be one of: {string.Join(", ", ProfileAnswer.FieldNames)}.");
        return query.Finish(() => new Request(
            new ProfileFilter(
                kind switch { "registered" => ProfileKind.Registered, "guest" => ProfileKind.Guest, _ => null },
                status switch { "active" => ProfileStatus.Active, "inactive" => ProfileStatus.Inactive, _ => null })
            {
                Tag = tag,
                CreatedAfter = createdAfter,
                CreatedBefore = createdBefore,
                ActiveAfter = activeAfter,
                ActiveBefore = activeBefore,
            },
            string.IsNullOrWhiteSpace(search) ? null : search, fields, limit, cursor));
    }
}
