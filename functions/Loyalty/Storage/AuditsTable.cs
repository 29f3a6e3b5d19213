using System.Text;
using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>
/// Audits. Table: <c>Audits</c>. PK: <c>{env}</c>, so that one Idempotency-Key starts one audit of one program. RK:
/// audit id, 32 hex digits. Example: <c>live</c>, <c>9f86…</c>, Document = the <see cref="AuditRecord"/> as JSON.
/// Queries: one audit by id; all audits of an environment.
/// </summary>
public sealed class AuditsTable(StorageAccount storage, TimeProvider clock)
{
    /// <summary>The table.</summary>
    public const string TableName = "Audits";

    private const int IdLength = 32;
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One audit, or null.</summary>
    public async Task<AuditRecord?> FindAsync(AppEnvironment environment, string auditId, CancellationToken cancel) =>
        await RowAsync(environment, auditId, cancel) is { } row ? ToRecord(row) : null;

    /// <summary>All audits of an environment, page by page.</summary>
    public async IAsyncEnumerable<AuditRecord> ReadAsync(
        AppEnvironment environment, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableRows.Range(environment.Name(), "0", "g");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            yield return ToRecord(row);
    }

    /// <summary>Adds an audit; false when it is there already.</summary>
    public Task<bool> AddAsync(AuditRecord audit, CancellationToken cancel) =>
        _table.TryInsertAsync(Fill(new TableEntity(audit.Environment.Name(), audit.AuditId), audit), cancel);

    /// <summary>Ends an audit. One that has ended stays as it is.</summary>
    public async Task EndAsync(AuditEnding ending, CancellationToken cancel)
    {
        var audit = ending.Position.Audit;
        var ended = await Contention.RetryAsync<bool>(async c =>
        {
            if (await RowAsync(audit.Environment, audit.AuditId, c) is not { } row) return true;
            var before = ToRecord(row);
            if (before.HasEnded) return true;
            var after = before with
            {
                State = ending.IsWhole ? AuditState.Completed : AuditState.Failed,
                EndedAt = clock.GetUtcNow(),
                Counts = ending.Position.Counts,
                Wrong = ending.Position.Wrong,
            };
            return await _table.TryReplaceAsync(Fill(row, after), row.ETag, c) ? true : null;
        }, cancel);
        if (!ended.IsOk) throw new InvalidOperationException($"The audit {audit.AuditId} could not be ended.");
    }

    private Task<TableEntity?> RowAsync(AppEnvironment environment, string auditId, CancellationToken cancel) =>
        auditId.Length == IdLength && auditId.All(char.IsAsciiHexDigitLower)
            ? _table.FindAsync(environment.Name(), auditId, cancel)
            : Task.FromResult<TableEntity?>(null);

    private static TableEntity Fill(TableEntity row, AuditRecord audit)
    {
        row.SetDocument("Document", Encoding.UTF8.GetBytes(Json.Write(audit)));
        return row;
    }

    private static AuditRecord ToRecord(TableEntity row) =>
        Json.Read<AuditRecord>(Encoding.UTF8.GetString(row.GetDocument("Document")!));
}
