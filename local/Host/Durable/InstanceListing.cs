using System.Runtime.CompilerServices;
using CustomerFunctions.Local.Host.Durable.Running;
using CustomerFunctions.Local.Host.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Durable;

/// <summary>Orchestrations that fit a query, by id. A page may be short although more follow.</summary>
internal sealed class InstanceListing(
    DurableStorage storage,
    OrchestrationQuery query,
    Func<InstanceHead, bool, CancellationToken, Task<OrchestrationMetadata>> describe)
    : Microsoft.DurableTask.AsyncPageable<OrchestrationMetadata>
{
    private readonly HashSet<OrchestrationRuntimeStatus>? _statuses = query.Statuses?.ToHashSet();

    public override IAsyncEnumerable<Microsoft.DurableTask.Page<OrchestrationMetadata>> AsPages(
        string? continuationToken = null, int? pageSizeHint = null) =>
        ReadAsync(continuationToken ?? query.ContinuationToken, pageSizeHint ?? query.PageSize);

    private async IAsyncEnumerable<Microsoft.DurableTask.Page<OrchestrationMetadata>> ReadAsync(
        string? token, int size, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var pages = storage.Index.PagesAsync(query.InstanceIdPrefix, query.CreatedFrom, query.CreatedTo, size, token);
        await foreach (var page in pages.WithCancellation(cancel))
        {
            var found = new List<OrchestrationMetadata>();
            foreach (var line in page.Values.Select(InstanceIndex.Read))
            {
                if (line.Final is { } final && _statuses?.Contains(final) == false) continue;
                if (await storage.Store.FindAsync(line.InstanceId, cancel) is not { } head) continue;
                if (_statuses?.Contains(head.Status) != false)
                    found.Add(await describe(head, query.FetchInputsAndOutputs, cancel));
            }

            yield return new(found, page.ContinuationToken);
        }
    }
}
