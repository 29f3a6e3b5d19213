using System.Text;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events.Storage;

/// <summary>A subscription and its row as it was read.</summary>
public sealed record StoredSubscription(Subscription Subscription, ETag ETag);

/// <summary>
/// Who is told by webhook. The secrets lie here, because every request is signed with one: whoever may read this table
/// can sign in our name.
/// Table: <c>WebhookSubscriptions</c>. PK: environment. RK: name.
/// Example: <c>live</c>, <c>crm</c>, Document <c>{"url":"https://…","events":["points.*"],…}</c>.
/// Queries: one by name; all of an environment (50 rows, cached for 5 seconds).
/// </summary>
public sealed class SubscriptionsTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "WebhookSubscriptions";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>All subscriptions of an environment, by name.</summary>
    public async Task<IReadOnlyList<Subscription>> ListAsync(AppEnvironment environment, CancellationToken cancel)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {environment.Name()}");
        var found = new List<Subscription>();
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel)) found.Add(Of(row));
        return found;
    }

    /// <summary>One subscription, or null.</summary>
    public async Task<StoredSubscription?> FindAsync(
        AppEnvironment environment, string name, CancellationToken cancel) =>
        await _table.FindAsync(environment.Name(), name, cancel) is { } row
            ? new StoredSubscription(Of(row), row.ETag)
            : null;

    /// <summary>Writes a subscription that is new (nothing stored) or still as it was read; false when somebody else
    /// was faster.</summary>
    public Task<bool> TryPutAsync(
        AppEnvironment environment, Subscription subscription, StoredSubscription? stored, CancellationToken cancel)
    {
        var row = new TableEntity(environment.Name(), subscription.Name);
        row.SetDocument("Document", Encoding.UTF8.GetBytes(Json.Write(subscription)));
        return stored is null
            ? _table.TryInsertAsync(row, cancel)
            : _table.TryReplaceAsync(row, stored.ETag, cancel);
    }

    /// <summary>Removes a subscription that is still as it was read; false when it is not.</summary>
    public Task<bool> TryDeleteAsync(
        AppEnvironment environment, StoredSubscription stored, CancellationToken cancel) =>
        _table.TryDeleteAsync(environment.Name(), stored.Subscription.Name, stored.ETag, cancel);

    private static Subscription Of(TableEntity row) =>
        Json.Read<Subscription>(Encoding.UTF8.GetString(row.GetDocument("Document")!));
}
