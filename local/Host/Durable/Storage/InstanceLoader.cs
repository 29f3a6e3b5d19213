using System.Globalization;
using Azure.Data.Tables;
using CustomerFunctions.Local.Host.Durable.Replay;

namespace CustomerFunctions.Local.Host.Durable.Storage;

/// <summary>Reads one partition and keeps of it what was committed.</summary>
internal sealed class InstanceLoader(TableClient history, PayloadBlobs blobs)
{
    /// <summary>Null when there is no such orchestration.</summary>
    public async Task<InstanceState?> LoadAsync(string instanceId, CancellationToken cancel)
    {
        var rows = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        var partition = Keys.Partition(instanceId);
        await foreach (var row in history.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancel))
        {
            rows[row.RowKey] = row;
        }

        if (!rows.Remove(Keys.Head, out var stored)) return null;
        var head = InstanceHead.Of(stored);
        head = head with { Input = await blobs.FetchAsync(head.Input, cancel) };
        var state = new InstanceState(head);
        await ReadHistoryAsync(state, rows, cancel);
        foreach (var row in rows.Values.OrderBy(r => r.RowKey, StringComparer.Ordinal))
            await SortInAsync(state, row, cancel);
        return state;
    }

    private async Task ReadHistoryAsync(
        InstanceState state, Dictionary<string, TableEntity> rows, CancellationToken cancel)
    {
        // Episode 0 holds only events that the execution before handed on.
        for (var episode = 0; episode <= state.Head.Episode; episode++)
        {
            var pages = 1;
            for (var page = 0; page < pages; page++)
            {
                var key = Keys.Page(state.Head.Identity.Execution, episode, page);
                if (!rows.Remove(key, out var row)) break;
                pages = row.GetInt32("Of").GetValueOrDefault();
                state.PageKeys.Add(key);
                foreach (var next in HistoryEvent.Read(row.GetText("Events")!))
                    state.Append([await blobs.FetchAsync(next, cancel)]);
            }
        }
    }

    private async Task SortInAsync(InstanceState state, TableEntity row, CancellationToken cancel)
    {
        var parts = row.RowKey.Split('|');
        var ours = parts.Length == 3 && parts[1] == state.Head.Identity.Execution;
        var open = ours && state.Open.Contains(int.Parse(parts[2], CultureInfo.InvariantCulture));
        switch (parts[0])
        {
            case "m":
            case "r" when open:
                var message = InboxMessage.Of(row);
                state.Inbox[row.RowKey] = message with { Event = await blobs.FetchAsync(message.Event, cancel) };
                break;
            case "t" when open:
                var activity = await ReadAsync(row, cancel);
                state.Activities[activity.Action.Id] = activity;
                break;
            case "o" when row.GetBoolean("Committed") == true || IsInHistory(state, ours, row):
                state.Outgoing[row.RowKey] = await ReadAsync(row, cancel);
                break;
            default:
                state.Garbage.Add(row.RowKey);
                break;
        }
    }

    private async Task<PendingAction> ReadAsync(TableEntity row, CancellationToken cancel)
    {
        var pending = PendingAction.Of(row);
        return pending with { Action = await blobs.FetchAsync(pending.Action, cancel) };
    }

    private static bool IsInHistory(InstanceState state, bool ours, TableEntity row)
    {
        var action = PendingAction.Of(row).Action;
        return ours && state.History.OfType<OrchestratorAction>()
            .Any(stored => stored.Id == action.Id && stored.Sign() == action.Sign());
    }
}
