using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Local.Host.Durable.Replay;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Durable.Storage;

/// <summary>One line of the list of orchestrations.</summary>
/// <param name="InstanceId">Its id.</param>
/// <param name="Name">The orchestrator's name.</param>
/// <param name="CreatedAt">When it was scheduled.</param>
/// <param name="Final">Its last status with the time of it, or null while the head must be asked.</param>
internal sealed record IndexLine(
    string InstanceId, string Name, DateTimeOffset CreatedAt, OrchestrationRuntimeStatus? Final);

/// <summary>All orchestrations, for listings and for going on after a restart. Table <c>{prefix}Instances</c>:
/// partition <c>all</c>, key the escaped id; example: InstanceId <c>import:42</c>, Name <c>Import</c>, Final
/// <c>Completed</c>. A line is written before its head and turned final after all of its work is done, so an
/// unfinished orchestration is always listed as such. Queries: unfinished ones; by prefix and time.</summary>
internal sealed class InstanceIndex(TableClient table)
{
    private const string Partition = "all";

    public Task CreateAsync(CancellationToken cancel) => table.CreateIfNotExistsAsync(cancel);

    public Task OpenAsync(Identity identity, DateTimeOffset createdAt, CancellationToken cancel) =>
        WriteAsync(identity, createdAt, null, cancel);

    public Task CloseAsync(InstanceHead head, CancellationToken cancel) =>
        WriteAsync(head.Identity, head.CreatedAt, head.Status, cancel);

    public Task DeleteAsync(string instanceId, CancellationToken cancel) =>
        table.DeleteEntityAsync(Partition, Keys.Partition(instanceId), ETag.All, cancel);

    /// <summary>Ids of all orchestrations that have something left to do.</summary>
    public async Task<IReadOnlyList<string>> UnfinishedAsync(CancellationToken cancel)
    {
        var ids = new List<string>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and Final eq ''");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, null, null, cancel))
            ids.Add(row.GetString("InstanceId"));
        return ids;
    }

    /// <summary>A page of lines whose id begins with <paramref name="prefix"/>, by id.</summary>
    public async IAsyncEnumerable<Azure.Page<TableEntity>> PagesAsync(
        string? prefix, DateTimeOffset? from, DateTimeOffset? to, int pageSize, string? token)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        if (!string.IsNullOrEmpty(prefix))
        {
            var first = Keys.Escape(prefix);
            var beyond = first + '\uffff';
            filter += " and " + TableClient.CreateQueryFilter($"RowKey ge {first} and RowKey lt {beyond}");
        }

        if (from is { } start) filter += " and " + TableClient.CreateQueryFilter($"CreatedAt ge {start}");
        if (to is { } end) filter += " and " + TableClient.CreateQueryFilter($"CreatedAt le {end}");
        await foreach (var page in table.QueryAsync<TableEntity>(filter).AsPages(token, pageSize)) yield return page;
    }

    public static IndexLine Read(TableEntity row) => new(
        row.GetString("InstanceId"),
        row.GetString("Name"),
        row.GetDateTimeOffset("CreatedAt").GetValueOrDefault(),
        row.GetString("Final") is { Length: > 0 } final ? Enum.Parse<OrchestrationRuntimeStatus>(final) : null);

    private Task<Response> WriteAsync(
        Identity identity, DateTimeOffset createdAt, OrchestrationRuntimeStatus? final, CancellationToken cancel) =>
        table.UpsertEntityAsync(
            new TableEntity(Partition, Keys.Partition(identity.InstanceId))
            {
                ["InstanceId"] = identity.InstanceId,
                ["Name"] = identity.Name,
                ["CreatedAt"] = createdAt,
                ["Final"] = final?.ToString() ?? string.Empty,
            },
            TableUpdateMode.Replace,
            cancel);
}
