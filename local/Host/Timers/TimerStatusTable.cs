using Azure;
using Azure.Data.Tables;

namespace CustomerFunctions.Local.Host.Timers;

/// <summary>When a monitored timer ran last and is due next.</summary>
/// <param name="Last">The tick that ran last; null before the first run.</param>
/// <param name="Next">The tick after it.</param>
/// <param name="Updated">When this was computed: the tick that ran, or the first start.</param>
internal sealed record TimerStatus(DateTimeOffset? Last, DateTimeOffset Next, DateTimeOffset Updated);

/// <summary>Table {prefix}Timers: PK "timer", RK function name, e.g. ("timer", "ExpirePointsNightly") with Last, Next
/// and Updated. Read and written by key only.</summary>
internal sealed class TimerStatusTable(LocalHostOptions options)
{
    private const string Partition = "timer";

    private readonly TableClient _table = new(options.StorageConnection, options.Prefix + "Timers");

    public Task CreateAsync(CancellationToken cancel) => _table.CreateIfNotExistsAsync(cancel);

    public async Task<TimerStatus?> ReadAsync(string function, CancellationToken cancel)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Partition, function, cancellationToken: cancel);
        return found is { HasValue: true, Value: { } row }
            ? new(row.GetDateTimeOffset("Last"), row.GetDateTimeOffset("Next")!.Value,
                row.GetDateTimeOffset("Updated")!.Value)
            : null;
    }

    public Task WriteAsync(string function, TimerStatus status, CancellationToken cancel)
    {
        var row = new TableEntity(Partition, function)
        {
            ["Last"] = status.Last,
            ["Next"] = status.Next,
            ["Updated"] = status.Updated,
            ETag = ETag.All,
        };
        // This host is the only writer, so the last word wins.
        return _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
    }
}
