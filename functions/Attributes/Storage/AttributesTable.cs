using System.Text;
using Azure.Data.Tables;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Attributes.Storage;

/// <summary>
/// Declared attributes.
/// Table: <c>Attributes</c>. PK: environment. RK: <c>{entity}|{name}</c>.
/// Example: <c>live</c>, <c>profile|shippingCountry</c>, Declaration <c>{"type":"string",…}</c>.
/// Queries: one by name; all of an environment (hundreds of rows at most, cached for 5 seconds).
/// </summary>
public sealed class AttributesTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Attributes";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>All declarations of an environment, by entity and name.</summary>
    public async Task<IReadOnlyList<AttributeDeclaration>> ListAsync(
        AppEnvironment environment, CancellationToken cancel)
    {
        var env = environment.Name();
        var found = new List<AttributeDeclaration>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {env}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel)) found.Add(Of(row));
        return found;
    }

    /// <summary>Writes a declaration; true when it is new, null when somebody else was faster. Fails with: type-fixed.
    /// </summary>
    public async Task<Result<bool>?> TryPutAsync(
        AppEnvironment environment, AttributeDeclaration declaration, CancellationToken cancel)
    {
        var row = new TableEntity(environment.Name(), RowKey(declaration.Entity, declaration.Name));
        row.SetDocument("Declaration", Encoding.UTF8.GetBytes(Json.Write(declaration)));
        if (await _table.TryInsertAsync(row, cancel)) return true;
        if (await _table.FindAsync(row.PartitionKey, row.RowKey, cancel) is not { } there) return null;
        if (Of(there).Type != declaration.Type) return AttributesErrors.TypeFixed;
        return await _table.TryReplaceAsync(row, there.ETag, cancel) ? false : null;
    }

    /// <summary>Removes a declaration; false when there is none.</summary>
    public async Task<bool> RemoveAsync(
        AppEnvironment environment, AttributeEntity entity, string name, CancellationToken cancel)
    {
        var answer = await _table.DeleteEntityAsync(
            environment.Name(), RowKey(entity, name), Azure.ETag.All, cancel);
        return answer.Status != 404;
    }

    private static string RowKey(AttributeEntity entity, string name) =>
        $"{AttributeDeclaration.WordOf(entity)}|{name}";

    private static AttributeDeclaration Of(TableEntity row) =>
        Json.Read<AttributeDeclaration>(Encoding.UTF8.GetString(row.GetDocument("Declaration")!));
}
