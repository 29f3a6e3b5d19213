using System.Text;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Loyalty;

/// <summary>One wallet's transaction log as CSV with running balances, streamed.</summary>
public sealed class ExportEntries(WalletDoor door, WalletReader wallets)
{
    // Written out whenever so much has gathered.
    private const int BufferChars = 64 * 1024;

    /// <summary>What the caller asks for.</summary>
    public sealed record Query(EntryQuery Entries, DateFormat Dates);

    [Function(nameof(ExportEntries))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programs/{program}/{owners}/{id}/entries.csv")]
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
        return Results.Stream(
            to => WriteAsync(to, opened.Wallet, new TransactionLog(id, query.Entries, query.Dates), cancel),
            CsvText.ContentType, "entries.csv");
    }

    private static Result<Query> Read(QueryFields query)
    {
        var ledger = query.Text("ledger", SimpleName.LengthMax);
        var after = query.Instant("after");
        var before = query.Instant("before");
        var format = query.Text("dateFormat", 40);
        var dates = format is null ? DateFormat.Default : DateFormat.Parse(format);
        if (dates is null) query.Refuse("dateFormat", DateFormat.Expected);
        return query.Finish(() => new Query(
            new EntryQuery(ledger == Ledgers.All ? null : ledger, null, after, before, int.MaxValue, []), dates!));
    }

    private async Task WriteAsync(Stream to, WalletId wallet, TransactionLog log, CancellationToken cancel)
    {
        await to.WriteAsync(CsvText.Mark.ToArray(), cancel);
        var text = new StringBuilder();
        CsvText.AppendRecord(text, TransactionLog.Header);
        await foreach (var (entry, beside, chain) in wallets.ReadAsync(wallet, cancel))
        {
            if (log.Next(entry, beside, chain.Owner) is { } cells) CsvText.AppendRecord(text, cells);
            if (text.Length >= BufferChars) await FlushAsync(to, text, cancel);
        }

        await FlushAsync(to, text, cancel);
    }

    private static async Task FlushAsync(Stream to, StringBuilder text, CancellationToken cancel)
    {
        await to.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
        text.Clear();
    }
}
