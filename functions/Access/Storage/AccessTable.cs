using Azure.Data.Tables;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Access.Storage;

/// <summary>
/// Applications and their keys.
/// Table: <c>Access</c>. PK: application name. RK: <c>a</c> the application, <c>k|{key id}</c> one of its keys.
/// Example: <c>shop</c>, <c>k|1f2e3d4c5b6a7988</c>, SecretHash <c>9f86…</c>, Scopes <c>Integration</c>.
/// Queries: an application and one of its keys (every request, one call, cached by <see cref="KeyCache"/>); all keys of
/// an application (its partition; a rotation writes two of them in one transaction); all applications (the whole table,
/// which holds tens of rows; admins only).
/// </summary>
public sealed class AccessTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Access";

    private const string ApplicationRow = "a";
    private const string KeyPrefix = "k|";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One application, or null.</summary>
    public async Task<Application?> FindApplicationAsync(string name, CancellationToken cancel) =>
        SimpleName.Fault(name) is null && await _table.FindAsync(name, ApplicationRow, cancel) is { } row
            ? ToApplication(row)
            : null;

    /// <summary>Adds an application, or finds the one that this very change has made before. Null when the name is
    /// taken by another.</summary>
    public async Task<Application?> AddAsync(Application application, Change change, CancellationToken cancel)
    {
        var row = ToRow(application);
        row["ChangeId"] = change.Id;
        if (await _table.TryInsertAsync(row, cancel)) return application;
        var there = await _table.FindAsync(application.Name, ApplicationRow, cancel);
        return there?.GetString("ChangeId") == change.Id ? ToApplication(there) : null;
    }

    /// <summary>Writes an application's settings. The change that made it stays noted.</summary>
    public Task ReplaceAsync(Application application, CancellationToken cancel) =>
        _table.UpsertEntityAsync(ToRow(application), TableUpdateMode.Merge, cancel);

    /// <summary>All applications of an environment, or of both.</summary>
    public async Task<IReadOnlyList<Application>> ListAsync(AppEnvironment? environment, CancellationToken cancel)
    {
        var found = await ReadAsync(TableClient.CreateQueryFilter($"RowKey eq {ApplicationRow}"), cancel);
        return [.. found.Select(ToApplication).Where(a => environment is null || a.Environment == environment)];
    }

    /// <summary>A key together with its application, in one call; null when either is not there.</summary>
    public async Task<KeyHolder?> FindKeyAsync(string application, string keyId, CancellationToken cancel)
    {
        if (SimpleName.Fault(application) is not null || SimpleName.Fault(keyId) is not null) return null;
        var keyRow = KeyPrefix + keyId;
        var rows = await ReadAsync(TableClient.CreateQueryFilter(
            $"PartitionKey eq {application} and (RowKey eq {ApplicationRow} or RowKey eq {keyRow})"), cancel);
        return rows.Count == 2 ? new KeyHolder(ToApplication(rows[0]), ToKey(rows[1])) : null;
    }

    /// <summary>Adds a key; false when there is one of that id already.</summary>
    public Task<bool> AddAsync(AccessKey key, CancellationToken cancel) => _table.TryInsertAsync(ToRow(key), cancel);

    /// <summary>All keys of an application, revoked ones too.</summary>
    public async Task<IReadOnlyList<AccessKey>> ListKeysAsync(string application, CancellationToken cancel) =>
        [.. (await ReadAsync(TableRows.Range(application, KeyPrefix, "k}"), cancel)).Select(ToKey)];

    /// <summary>Ends a key for good; a second time changes nothing.</summary>
    public Task RevokeAsync(AccessKey key, DateTimeOffset now, CancellationToken cancel) =>
        MergeAsync(key, "RevokedAt", now, cancel);

    /// <summary>Puts a successor beside a key and lets the old one end, in one transaction. Answers the old key as it
    /// is then. Fails with: not-found, answer-not-kept, key-ended, key-rotated, contention.</summary>
    public Task<Result<AccessKey>> RotateAsync(
        string keyId, AccessKey successor, TimeSpan overlap, DateTimeOffset now, CancellationToken cancel) =>
        Contention.RetryAsync<AccessKey>(
            async c =>
            {
                var rows = await ReadAsync(TableRows.Range(successor.Application, KeyPrefix, "k}"), c);
                var keys = rows.ConvertAll(ToKey);
                var at = keys.FindIndex(k => k.KeyId == keyId);
                if (at < 0) return Error.NotFound("key");
                if (keys.Find(k => k.KeyId == successor.KeyId) is { } made)
                    return made.SecretHash == successor.SecretHash ? keys[at] : AccessErrors.AnswerNotKept;
                var decided = KeyRotation.Succeed(keys[at], successor, keys, overlap, now);
                if (!decided.Try(out var old, out var refusal)) return refusal;
                await new TableBatch(_table, successor.Application)
                    .Insert(ToRow(successor)).Replace(ToRow(old), rows[at].ETag).CommitAsync(c);
                return old;
            },
            cancel);

    /// <summary>Notes that a key was used.</summary>
    public Task TouchAsync(AccessKey key, DateTimeOffset now, CancellationToken cancel) =>
        MergeAsync(key, "LastUsedAt", now, cancel);

    private Task MergeAsync(AccessKey key, string property, DateTimeOffset at, CancellationToken cancel) =>
        _table.UpdateEntityAsync(
            new TableEntity(key.Application, KeyPrefix + key.KeyId) { [property] = at },
            Azure.ETag.All, TableUpdateMode.Merge, cancel);

    private async Task<List<TableEntity>> ReadAsync(string filter, CancellationToken cancel)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel)) rows.Add(row);
        return rows;
    }

    private static TableEntity ToRow(Application application) =>
        new(application.Name, ApplicationRow) { ["Document"] = Json.Write(application) };

    private static Application ToApplication(TableEntity row) => Json.Read<Application>(row.GetString("Document"));

    private static TableEntity ToRow(AccessKey key) => new(key.Application, KeyPrefix + key.KeyId)
    {
        ["SecretHash"] = key.SecretHash,
        ["Scopes"] = string.Join(' ', key.Scopes),
        ["CreatedAt"] = key.CreatedAt,
        ["ExpiresAt"] = key.ExpiresAt,
        ["RevokedAt"] = key.RevokedAt,
        ["LastUsedAt"] = key.LastUsedAt,
        ["Successor"] = key.Successor,
    };

    private static AccessKey ToKey(TableEntity row) => new(
        row.RowKey[KeyPrefix.Length..],
        row.PartitionKey,
        row.GetString("SecretHash"),
        [.. row.GetString("Scopes").Split(' ').Select(Enum.Parse<Scope>)],
        row.GetDateTimeOffset("CreatedAt")!.Value,
        row.GetDateTimeOffset("ExpiresAt"),
        row.GetDateTimeOffset("RevokedAt"),
        row.GetDateTimeOffset("LastUsedAt"))
    {
        Successor = row.GetString("Successor"),
    };
}
