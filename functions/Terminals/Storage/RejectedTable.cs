using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Terminals.Storage;

/// <summary>
/// Messages that were set aside. Table: <c>RejectedPayments</c>. PK: <c>{env or none}|{rejected id}</c>, <c>none</c>
/// for messages of no known application. RK: <c>h</c>; the event waiting to be published lies beside it.
/// Example: <c>live|4e1a…</c>, <c>h</c>, Document <c>{"code":"invalid",…}</c>.
/// Queries: one by its id; lists go through <see cref="PaymentIndex"/>.
/// </summary>
public sealed class RejectedTable(StorageAccount storage, PaymentIndex index, Outbox outbox)
{
    /// <summary>The table.</summary>
    public const string TableName = "RejectedPayments";

    private const string HeadRow = "h";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One rejected message, or null.</summary>
    public async Task<Rejection?> FindAsync(AppEnvironment? environment, string rejectedId, CancellationToken cancel)
    {
        if (rejectedId.Length != 32 || !rejectedId.All(char.IsAsciiHexDigitLower)) return null;
        var row = await _table.FindAsync(Partition(environment, rejectedId), HeadRow, cancel);
        return row is null ? null : Read(row);
    }

    /// <summary>Files a message, with an event when its environment is known. The same message again changes nothing.
    /// </summary>
    public async Task FileAsync(AppEnvironment? environment, Rejection rejection, CancellationToken cancel)
    {
        if (await FindAsync(environment, rejection.RejectedId, cancel) is not null) return;
        await index.AddAsync(
            PaymentLists.Rejected(environment), rejection.ReceivedAt, rejection.RejectedId, cancel);
        var row = Row(environment, rejection);
        var batch = new TableBatch(_table, row.PartitionKey);
        if (environment is { } known)
        {
            var place = new OutboxPlace(
                TableName, row.PartitionKey, HeadRow, new Aggregate("payment", row.PartitionKey));
            await outbox.MarkAsync(place, cancel);
            Outbox.Append(batch, place, known, row, Rejected(rejection));
        }

        batch.Insert(row);
        try
        {
            await batch.CommitAsync(cancel);
        }
        catch (RequestFailedException e) when (e.IsConflict())
        {
            // Filed already, by this very delivery or another of the same message.
        }
    }

    /// <summary>Notes that a message was replayed with success. A second time keeps the first.</summary>
    public Task<Shared.Result<Rejection>> ReplayedAsync(
        AppEnvironment? environment, string rejectedId, string transactionId, DateTimeOffset now,
        CancellationToken cancel) => ChangeAsync(
        environment, rejectedId,
        r => r.ReplayedAt is null ? r with { ReplayedAt = now, TransactionId = transactionId } : r, cancel);

    /// <summary>Takes the body out of a message, so that it can only be replayed with a corrected one.</summary>
    public async Task EmptyAsync(AppEnvironment? environment, string rejectedId, CancellationToken cancel)
    {
        var emptied = await ChangeAsync(environment, rejectedId, r => r with { Body = "", IsMasked = true }, cancel);
        if (emptied.Error is { } error) throw new StorageUnavailableException(new TimeoutException(error.Message));
    }

    private Task<Shared.Result<Rejection>> ChangeAsync(
        AppEnvironment? environment, string rejectedId, Func<Rejection, Rejection> change,
        CancellationToken cancel) => Contention.RetryAsync<Rejection>(
        async c =>
        {
            var row = await _table.FindAsync(Partition(environment, rejectedId), HeadRow, c)
                ?? throw new InvalidOperationException("A rejected message is gone.");
            var rejection = Read(row);
            var next = change(rejection);
            if (next == rejection) return rejection;
            row.SetDocument("Document", JsonSerializer.SerializeToUtf8Bytes(next, Json.Options));
            await _table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, c);
            return next;
        },
        cancel);

    private static DomainEvent Rejected(Rejection rejection) => DomainEvent.Of(
        new PaymentRejected(rejection.RejectedId, rejection.Code), rejection.ReceivedAt, rejection.RejectedId);

    private static string Partition(AppEnvironment? environment, string rejectedId) =>
        $"{environment?.Name() ?? "none"}|{rejectedId}";

    private static TableEntity Row(AppEnvironment? environment, Rejection rejection)
    {
        var row = new TableEntity(Partition(environment, rejection.RejectedId), HeadRow);
        row.SetDocument("Document", JsonSerializer.SerializeToUtf8Bytes(rejection, Json.Options));
        return row;
    }

    private static Rejection Read(TableEntity row) =>
        JsonSerializer.Deserialize<Rejection>(row.GetDocument("Document"), Json.Options)
        ?? throw new JsonException("A stored rejection is null.");
}
