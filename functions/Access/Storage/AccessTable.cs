using Azure.Data.Tables;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Access.Storage;

/// <summary>
/// Applications and keys.
/// Table: <c>Access</c>. PK <c>app</c>, RK application name; PK <c>key</c>, RK key id.
/// Example: <c>key</c>, <c>1f2e3d4c5b6a7988</c>, Application <c>shop</c>, SecretHash <c>9f86…</c>, Scopes
/// <c>integration</c>.
/// Queries: one application by name; all applications; one key by id (every request, cached by <see cref="KeyCache"/>);
/// all keys of one application (a filter within the one key partition: admins only, hundreds of rows).
/// </summary>
public sealed class AccessTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Access";

    private const string Applications = "app";
    private const string Keys = "key";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One application, or null.</summary>
    public async Task<Application?> FindApplicationAsync(string name, CancellationToken cancel) =>
        SimpleName.Fault(name) is null && await _table.FindAsync(Applications, name, cancel) is { } row
            ? ToApplication(row)
            : null;

    /// <summary>Adds an application; false when the name is taken.</summary>
    public Task<bool> AddAsync(Application application, CancellationToken cancel) =>
        _table.TryInsertAsync(ToRow(application), cancel);

    /// <summary>Writes an application's settings.</summary>
    public Task ReplaceAsync(Application application, CancellationToken cancel) =>
        _table.UpsertEntityAsync(ToRow(application), TableUpdateMode.Replace, cancel);

    /// <summary>All applications of an environment, or of both.</summary>
    public async Task<IReadOnlyList<Application>> ListAsync(AppEnvironment? environment, CancellationToken cancel)
    {
        var rows = _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {Applications}"), cancellationToken: cancel);
        var found = new List<Application>();
        await foreach (var row in rows) found.Add(ToApplication(row));
        return [.. found.Where(a => environment is null || a.Environment == environment)];
    }

    /// <summary>One key, or null.</summary>
    public async Task<AccessKey?> FindKeyAsync(string keyId, CancellationToken cancel) =>
        SimpleName.Fault(keyId) is null && await _table.FindAsync(Keys, keyId, cancel) is { } row ? ToKey(row) : null;

    /// <summary>Adds a key.</summary>
    public Task AddAsync(AccessKey key, CancellationToken cancel) => _table.AddEntityAsync(ToRow(key), cancel);

    /// <summary>All keys of an application, revoked ones too.</summary>
    public async Task<IReadOnlyList<AccessKey>> ListKeysAsync(string application, CancellationToken cancel)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Keys} and Application eq {application}");
        var found = new List<AccessKey>();
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            found.Add(ToKey(row));
        return found;
    }

    /// <summary>Ends a key for good; a second time changes nothing.</summary>
    public Task RevokeAsync(string keyId, DateTimeOffset now, CancellationToken cancel) => _table.UpdateEntityAsync(
        new TableEntity(Keys, keyId) { ["RevokedAt"] = now }, Azure.ETag.All, TableUpdateMode.Merge, cancel);

    /// <summary>Notes that a key was used.</summary>
    public Task TouchAsync(string keyId, DateTimeOffset now, CancellationToken cancel) => _table.UpdateEntityAsync(
        new TableEntity(Keys, keyId) { ["LastUsedAt"] = now }, Azure.ETag.All, TableUpdateMode.Merge, cancel);

    private static TableEntity ToRow(Application application) =>
        new(Applications, application.Name) { ["Document"] = Json.Write(application) };

    private static Application ToApplication(TableEntity row) => Json.Read<Application>(row.GetString("Document"));

    private static TableEntity ToRow(AccessKey key) => new(Keys, key.KeyId)
    {
        ["Application"] = key.Application,
        ["SecretHash"] = key.SecretHash,
        ["Scopes"] = string.Join(' ', key.Scopes),
        ["CreatedAt"] = key.CreatedAt,
        ["ExpiresAt"] = key.ExpiresAt,
        ["RevokedAt"] = key.RevokedAt,
        ["LastUsedAt"] = key.LastUsedAt,
    };

    private static AccessKey ToKey(TableEntity row) => new(
        row.RowKey,
        row.GetString("Application"),
        row.GetString("SecretHash"),
        [.. row.GetString("Scopes").Split(' ').Select(Enum.Parse<Scope>)],
        row.GetDateTimeOffset("CreatedAt")!.Value,
        row.GetDateTimeOffset("ExpiresAt"),
        row.GetDateTimeOffset("RevokedAt"),
        row.GetDateTimeOffset("LastUsedAt"));
}
