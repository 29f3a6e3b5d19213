using System.Globalization;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>A wallet's history, oldest first. Entries are only ever appended, so pages never shift.</summary>
public sealed class ListEntries(WalletDoor door, WalletReader wallets)
{
    [Function(nameof(ListEntries))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/{owners}/{id}/entries")]
        HttpRequest http,
        string program,
        string owners,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Integration, out var caller, out var refusal)) return refusal;
        if (!Read(new QueryFields(http.Query)).Try(out var query, out var error)) return Problem.From(error);
        if (!(await door.OpenAsync(caller, program, owners, id, cancel)).Try(out var opened, out error))
            return Problem.From(error);
        return Answer.Ok(await wallets.ListAsync(opened.Wallet, query, cancel));
    }

    private static Result<EntryQuery> Read(QueryFields query)
    {
        var name = query.Text("ledger", SimpleName.LengthMax);
        var kinds = Enum.GetValues<EntryKind>().ToDictionary(TransactionLog.Word);
        var kind = query.Choice("kind", [.. kinds.Keys]);
        var after = query.Instant("after");
        var before = query.Instant("before");
        var limit = query.Limit();
        var cursor = query.Cursor();
        var from = new List<long>();
        foreach (var part in cursor?.Split(',') ?? [])
            if (long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)) from.Add(seq);
            else return Error.Invalid("?cursor", "It must be the 'next' of an earlier page.");
        return query.Finish(() => new EntryQuery(
            name == Ledgers.All ? null : name, kind is null ? null : kinds[kind], after, before, limit, from));
    }
}
