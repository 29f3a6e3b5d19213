using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Lists the messages that were set aside, newest first: those of the caller's environment, and with the scope
/// admin those of no known application.</summary>
public sealed class ListRejectedPayments(PaymentIndex index, RejectedTable rejected)
{
    // Bodies are large: a page of them has to fit in memory many times over.
    private const int LimitMax = 50;

    [Function(nameof(ListRejectedPayments))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rejected-payments")] HttpRequest http,
        CancellationToken cancel)
    {
        var isAdmin = http.Admits(Scope.Admin, out var caller, out _);
        var isManager = http.Admits(Scope.Management, out var manager, out var refusal);
        if (!isAdmin && !isManager) return refusal!;
        var query = new QueryFields(http.Query);
        var (limit, after) = (query.Limit(LimitMax), query.Cursor());
        if (!query.Finish(() => limit).Try(out _, out var error)) return Problem.From(error);

        var lists = Lists(manager?.Environment, isAdmin);
        var rows = await index.ReadAsync(lists.Keys, after, limit + 1, cancel);
        var items = new List<Rejection>();
        foreach (var row in rows.Take(limit))
            if (await rejected.FindAsync(lists[row.List], row.Id, cancel) is { } item && item.ReceivedAt == row.At)
                items.Add(item);
        return Answer.Ok(new Page<Rejection>(
            items, rows.Count > limit ? Cursor.Write(rows[limit - 1].Position) : null));
    }

    private static Dictionary<string, AppEnvironment?> Lists(AppEnvironment? environment, bool isAdmin)
    {
        var lists = new Dictionary<string, AppEnvironment?>(StringComparer.Ordinal);
        if (environment is not null) lists[PaymentLists.Rejected(environment)] = environment;
        if (isAdmin) lists[PaymentLists.Rejected(null)] = null;
        return lists;
    }
}
