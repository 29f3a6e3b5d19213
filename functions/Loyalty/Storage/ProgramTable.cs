using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>
/// Loyalty programs.
/// Table: <c>Programs</c>. PK: environment. RK: program name.
/// Example: <c>live</c>, <c>stars</c>, Program <c>{"title":"Stars",…}</c>, CreatedAt.
/// Queries: one by name; all of an environment (tens of rows, cached for 5 seconds).
/// </summary>
public sealed class ProgramTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Programs";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>All programs of an environment, by name.</summary>
    public async Task<IReadOnlyList<LoyaltyProgram>> ListAsync(AppEnvironment environment, CancellationToken cancel)
    {
        var env = environment.Name();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {env}");
        var programs = new List<LoyaltyProgram>();
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            programs.Add(ToProgram(row));
        return programs;
    }

    /// <summary>Writes a program; true when it is new, null when somebody else was faster. Fails with: kind-fixed.
    /// </summary>
    public async Task<Result<bool>?> TryPutAsync(
        AppEnvironment environment, LoyaltyProgram program, DateTimeOffset now, CancellationToken cancel)
    {
        var row = new TableEntity(environment.Name(), program.Name);
        row.SetDocument("Program", JsonSerializer.SerializeToUtf8Bytes(ProgramDocument.Of(program), Json.Options));
        row["CreatedAt"] = now;
        if (await _table.TryInsertAsync(row, cancel)) return true;
        if (await _table.FindAsync(row.PartitionKey, row.RowKey, cancel) is not { } there) return null;
        row["CreatedAt"] = there.GetDateTimeOffset("CreatedAt");
        if (ToProgram(there).Kind != program.Kind) return LoyaltyErrors.KindFixed;
        return await _table.TryReplaceAsync(row, there.ETag, cancel) ? false : null;
    }

    private static LoyaltyProgram ToProgram(TableEntity row) =>
        Json.Read<ProgramDocument>(Encoding.UTF8.GetString(row.GetDocument("Program")!)).ToProgram(row.RowKey) with
        {
            CreatedAt = row.GetDateTimeOffset("CreatedAt") ?? DateTimeOffset.MaxValue,
        };
}
