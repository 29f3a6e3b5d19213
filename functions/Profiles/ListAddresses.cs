using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>A customer's addresses, the oldest first.</summary>
public sealed class ListAddresses(ProfileDirectory directory)
{
    [Function(nameof(ListAddresses))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "profiles/{id}/addresses")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var page, out var error)) return Problem.From(error);
        var read = await directory.ReadAsync(caller.Environment, id, cancel);
        return read.Or(stored => Answer.Ok(Cut(stored.Profile.Addresses, page.Skip, page.Limit))
            .WithETag(stored.ETag));
    }

    private static Result<(int Skip, int Limit)> Read(QueryFields query)
    {
        var (skip, limit) = (query.Skip(), query.Limit());
        return query.Finish(() => (skip, limit));
    }

    private static Page<CustomerAddress> Cut(IReadOnlyList<CustomerAddress> all, int skip, int limit)
    {
        var items = all.Skip(skip).Take(limit).ToList();
        var isLast = items.Count == 0 || skip + items.Count >= all.Count;
        return new Page<CustomerAddress>(items, isLast ? null : Cursor.Write($"{skip + items.Count}"));
    }
}
