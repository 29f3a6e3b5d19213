using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>A row that points from an integration id, email or phone to a customer.</summary>
/// <param name="Code"><c>i|…</c>, <c>e|…</c> or <c>t|…</c>, as Domain's Ownership makes it.</param>
/// <param name="Key">The customer.</param>
/// <param name="At">When it was made or refreshed.</param>
/// <param name="ETag">As it was read or written.</param>
public sealed record KeyRow(string Code, ProfileKey Key, DateTimeOffset At, ETag ETag)
{
    /// <summary>The integration id that this one was merged into; null for the customer's own.</summary>
    public string? MovedTo { get; init; }
}

/// <summary>
/// Where integration ids, emails and phones lead.
/// Table: <c>ProfileKeys</c>. PK <c>{env}|{first two hex digits of the hash}</c>, RK the code: <c>i|</c>, <c>e|</c> or
/// <c>t|</c> and a SHA-256. Example: <c>live|9f</c>, <c>e|9f86…</c>, ProfileKey <c>0198…</c>, At;
/// in an <c>i</c> row of a customer who was merged, MovedTo, the id of whom.
/// Queries: one row by code; the rows between two codes of a partition (batches).
/// <para>An <c>i</c> row says which key an id has; whether there is a customer, the profile's row says. An <c>e</c> or
/// <c>t</c> row is a claim; it counts once the profile's row confirms it. See the area's README.</para>
/// </summary>
public sealed class ProfileKeysTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "ProfileKeys";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>The partition of a code.</summary>
    public static string Partition(AppEnvironment environment, string code) => $"{environment.Name()}|{code[2..4]}";

    /// <summary>One row, or null.</summary>
    public async Task<KeyRow?> FindAsync(AppEnvironment environment, string code, CancellationToken cancel) =>
        await _table.FindAsync(Partition(environment, code), code, cancel) is { } entity ? Of(entity) : null;

    /// <summary>Inserts a row; null when there is one already.</summary>
    public async Task<KeyRow?> TryInsertAsync(
        AppEnvironment environment, string code, ProfileKey key, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            var answer = await _table.AddEntityAsync(Entity(environment, code, key, now), cancel);
            return new KeyRow(code, key, now, answer.Headers.ETag ?? default);
        }
        catch (RequestFailedException e) when (e.IsConflict())
        {
            return null;
        }
    }

    /// <summary>Points a row that is still as read to a customer; null when it is not.</summary>
    public async Task<KeyRow?> TryReplaceAsync(
        AppEnvironment environment, KeyRow asRead, ProfileKey key, DateTimeOffset now, CancellationToken cancel,
        string? movedTo = null)
    {
        try
        {
            var entity = Entity(environment, asRead.Code, key, now);
            if (movedTo is not null) entity["MovedTo"] = movedTo;
            var answer = await _table.UpdateEntityAsync(entity, asRead.ETag, TableUpdateMode.Replace, cancel);
            return new KeyRow(asRead.Code, key, now, answer.Headers.ETag ?? default) { MovedTo = movedTo };
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return null;
        }
    }

    /// <summary>Deletes a row that is still as read; false when it is not.</summary>
    public Task<bool> TryDeleteAsync(AppEnvironment environment, KeyRow asRead, CancellationToken cancel) =>
        _table.TryDeleteAsync(Partition(environment, asRead.Code), asRead.Code, asRead.ETag, cancel);

    /// <summary>The rows of one partition between two codes, both included, page by page.</summary>
    public async Task<IReadOnlyList<KeyRow>> RangeAsync(
        string partition, string first, string last, CancellationToken cancel)
    {
        var found = new List<KeyRow>();
        var filter = TableRows.Range(partition, first, last + "~");
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            found.Add(Of(entity));
        return found;
    }

    /// <summary>A transaction of one partition.</summary>
    public TableBatch Batch(string partition) => new(_table, partition);

    /// <summary>A row as it is stored.</summary>
    public static TableEntity Entity(AppEnvironment environment, string code, ProfileKey key, DateTimeOffset now) =>
        new(Partition(environment, code), code) { ["ProfileKey"] = key.ToString(), ["At"] = now };

    private static KeyRow Of(TableEntity entity) => new(
        entity.RowKey, ProfileKey.Parse(entity.GetString("ProfileKey")), entity.GetDateTimeOffset("At")!.Value,
        entity.ETag)
    {
        MovedTo = entity.GetString("MovedTo"),
    };
}
