using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Local.Host.Durable.Replay;
using CustomerFunctions.Local.Worker;

namespace CustomerFunctions.Local.Host.Durable.Storage;

/// <summary>What one episode changes, all of it or nothing.</summary>
/// <param name="Head">The new head; its ETag is that of the old one.</param>
/// <param name="Events">New events of <paramref name="Head"/>'s execution and episode.</param>
/// <param name="Actions">Requests that become rows: activities and messages to others.</param>
/// <param name="ActionsOf">The execution that made these requests.</param>
/// <param name="Consumed">Keys of messages that go.</param>
internal sealed record EpisodeCommit(
    InstanceHead Head,
    IReadOnlyList<HistoryEvent> Events,
    IReadOnlyList<OrchestratorAction> Actions,
    string ActionsOf,
    IReadOnlyList<string> Consumed);

/// <summary>Writes orchestrations. Table <c>{prefix}History</c>, see <see cref="Keys"/>; example row: partition
/// <c>import:42</c>, key <c>h|9f3c…|00000002|0000</c>, Events <c>[{"$":"ep",…},{"$":"done",…}]</c>, Of 1.</summary>
internal sealed class InstanceStore(TableClient history, PayloadBlobs blobs)
{
    // Entities of one transaction.
    private const int BatchMax = 100;

    // Characters of one transaction: its limit is 4 MiB, and JSON escapes may take several bytes a character.
    private const int BatchTextMax = 600_000;

    // Characters of one page of history: a row holds 1 MiB of UTF-16.
    private const int PageTextMax = 300_000;

    public PayloadBlobs Blobs => blobs;

    public Task CreateAsync(CancellationToken cancel) => history.CreateIfNotExistsAsync(cancel);

    /// <summary>The head alone, or null.</summary>
    public async Task<InstanceHead?> FindAsync(string instanceId, CancellationToken cancel)
    {
        var found = await history.GetEntityIfExistsAsync<TableEntity>(
            Keys.Partition(instanceId), Keys.Head, cancellationToken: cancel);
        return found.HasValue ? InstanceHead.Of(found.Value!) : null;
    }

    /// <summary>Adds a head, or puts it in the place of a finished one. False when another was faster.</summary>
    public async Task<bool> CreateAsync(InstanceHead head, InstanceHead? finished, CancellationToken cancel)
    {
        head = head with { Input = await blobs.SpillAsync(head.Identity.InstanceId, head.Input, cancel) };
        try
        {
            if (finished is null)
            {
                await history.AddEntityAsync(head.ToEntity(), cancel);
                return true;
            }

            // Messages that came too late for the one before must not reach this one.
            var old = await KeysAsync(head.Identity.InstanceId, cancel);
            await DeleteAsync(head.Identity.InstanceId, [.. old.Where(k => k != Keys.Head)], cancel);
            await history.UpdateEntityAsync(head.ToEntity(), finished.ETag, TableUpdateMode.Replace, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>Stores a message. False when one of that key is there already.</summary>
    public async Task<bool> AddAsync(string instanceId, InboxMessage message, CancellationToken cancel)
    {
        try
        {
            await history.AddEntityAsync(message.ToEntity(Keys.Partition(instanceId)), cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Commits an episode: rows beyond one transaction first, which do not count until the last one, with
    /// the head, has gone in. Gives back the head's new ETag and those of the action rows.</summary>
    /// <exception cref="RequestFailedException">412 when another host moved the orchestration on.</exception>
    public async Task<IReadOnlyDictionary<string, ETag>> CommitAsync(EpisodeCommit commit, CancellationToken cancel)
    {
        var partition = Keys.Partition(commit.Head.Identity.InstanceId);
        var ends = commit.Head.IsFinished || commit.ActionsOf != commit.Head.Identity.Execution;
        var rows = Rows(partition, commit, ends).Select(row =>
            new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)).ToList();
        List<TableTransactionAction> last =
        [
            new(TableTransactionActionType.UpdateReplace, commit.Head.ToEntity(), commit.Head.ETag),
            .. commit.Consumed.Select(key => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(partition, key), ETag.All)),
        ];
        var tags = new Dictionary<string, ETag>();
        KillPoints.Reach("history-write-before");
        while (Take(rows, BatchMax - last.Count, TextOf(last)) < rows.Count)
        {
            var first = rows[..Math.Max(1, Take(rows, BatchMax, 0))];
            rows.RemoveRange(0, first.Count);
            await SubmitAsync(first, tags, cancel);
            KillPoints.Reach("history-write-between");
        }

        await SubmitAsync([.. rows, .. last], tags, cancel);
        KillPoints.Reach("history-write-after");
        return tags;
    }

    /// <summary>Marks an activity as being run until an instant. False when it is gone or another's.</summary>
    public async Task<ETag?> LeaseAsync(
        string instanceId, string rowKey, ETag tag, DateTimeOffset until, CancellationToken cancel)
    {
        var row = new TableEntity(Keys.Partition(instanceId), rowKey) { ["LeaseUntil"] = until };
        try
        {
            var answer = await history.UpdateEntityAsync(row, tag, TableUpdateMode.Merge, cancel);
            return answer.Headers.ETag;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    /// <summary>Stores an activity's result in place of the activity. False when it has one, or is gone.</summary>
    public async Task<bool> AnswerAsync(
        string instanceId, string activityKey, InboxMessage result, CancellationToken cancel)
    {
        var partition = Keys.Partition(instanceId);
        try
        {
            await history.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.Add, result.ToEntity(partition)),
                    new(TableTransactionActionType.Delete, new TableEntity(partition, activityKey), ETag.All),
                ],
                cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409)
        {
            return false;
        }
    }

    /// <summary>Deletes rows that may be gone already.</summary>
    public async Task DeleteAsync(string instanceId, IReadOnlyList<string> rowKeys, CancellationToken cancel)
    {
        var partition = Keys.Partition(instanceId);
        foreach (var key in rowKeys) await history.DeleteEntityAsync(partition, key, ETag.All, cancel);
    }

    /// <summary>Deletes an orchestration with all that belongs to it, the head last.</summary>
    public async Task PurgeAsync(string instanceId, CancellationToken cancel)
    {
        await blobs.DeleteAsync(instanceId, cancel);
        var keys = await KeysAsync(instanceId, cancel);
        await DeleteAsync(instanceId, [.. keys.Where(k => k != Keys.Head), Keys.Head], cancel);
    }

    private async Task<IReadOnlyList<string>> KeysAsync(string instanceId, CancellationToken cancel)
    {
        var keys = new List<string>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Partition(instanceId)}");
        await foreach (var row in history.QueryAsync<TableEntity>(filter, null, ["RowKey"], cancel))
            keys.Add(row.RowKey);
        return keys;
    }

    // Messages to others come last: when the execution ends, these must lie in the committing transaction.
    private static IEnumerable<TableEntity> Rows(string partition, EpisodeCommit commit, bool ends)
    {
        var identity = commit.Head.Identity;
        var pages = Pages(commit.Events).ToList();
        for (var i = 0; i < pages.Count; i++)
        {
            var row = new TableEntity(partition, Keys.Page(identity.Execution, commit.Head.Episode, i))
            {
                ["Of"] = pages.Count,
            };
            row.PutText("Events", pages[i]);
            yield return row;
        }

        foreach (var activity in commit.Actions.OfType<ActivityScheduled>())
            yield return PendingAction.Entity(partition, Keys.Activity(commit.ActionsOf, activity.Id), activity);
        foreach (var action in commit.Actions.Where(a => a is SubOrchestrationStarted or EventSent))
        {
            var row = PendingAction.Entity(partition, Keys.Outgoing(commit.ActionsOf, action.Id), action);
            row["Committed"] = ends;
            yield return row;
        }
    }

    private static IEnumerable<string> Pages(IReadOnlyList<HistoryEvent> events)
    {
        var page = new List<HistoryEvent>();
        var size = 0;
        foreach (var next in events)
        {
            var length = HistoryEvent.Write([next]).Length;
            if (page.Count > 0 && size + length > PageTextMax)
            {
                yield return HistoryEvent.Write(page);
                (page, size) = ([], 0);
            }

            page.Add(next);
            size += length;
        }

        if (page.Count > 0) yield return HistoryEvent.Write(page);
    }

    private static int Take(List<TableTransactionAction> rows, int most, int text)
    {
        var count = 0;
        while (count < rows.Count && count < most && (text += TextOf([rows[count]])) <= BatchTextMax) count++;
        return count;
    }

    private static int TextOf(IEnumerable<TableTransactionAction> actions) => actions.Sum(action =>
        ((TableEntity)action.Entity).Sum(property => (property.Value as string)?.Length ?? 0));

    private async Task SubmitAsync(
        List<TableTransactionAction> actions, Dictionary<string, ETag> tags, CancellationToken cancel)
    {
        var answers = await history.SubmitTransactionAsync(actions, cancel);
        for (var i = 0; i < actions.Count; i++)
        {
            if (answers.Value[i].Headers.ETag is { } tag) tags[actions[i].Entity.RowKey] = tag;
        }
    }
}
