using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders.Storage;

/// <summary>Where a session lies. Session ids belong to an application.</summary>
public readonly record struct SessionKey(AppEnvironment Environment, string Id)
{
    /// <summary>The key of an application's session.</summary>
    public static SessionKey Of(AppEnvironment environment, string application, string sessionId) =>
        new(environment, Hash.Hex("session", application, sessionId));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static SessionKey Parse(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return new SessionKey(AppEnvironments.Parse(text[..bar]), text[(bar + 1)..]);
    }

    /// <summary><c>live|9f86…</c>.</summary>
    public override string ToString() => $"{Environment.Name()}|{Id}";
}

/// <summary>A session as it was read, or the empty place where it will be.</summary>
public sealed record StoredSession(SessionKey Key, Session? Session)
{
    internal ETag ETag { get; init; }

    internal long EventSequence { get; init; }

    internal bool OutboxMarked { get; init; }
}

/// <summary>
/// Sessions. Table: <c>Sessions</c>. PK: <c>{env}|{sha256(application, session id)}</c>. RK: <c>h</c>; events waiting
/// to be published lie beside it (<see cref="Outbox"/>).
/// Example: <c>live|9f86…</c>, <c>h</c>, State <c>closed</c>, Document <c>{"sessionId":"s-1",…}</c>, EventSequence 1.
/// A row without a document is a fence: it stands where a sweeper found no session, so that a writer that was merely
/// slow fails, marks its work anew and tries again.
/// Queries: one session by its key.
/// </summary>
public sealed class SessionTable(StorageAccount storage, Outbox outbox)
{
    /// <summary>The table.</summary>
    public const string TableName = "Sessions";

    private const string HeadRow = "h";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>One session, or its empty place.</summary>
    public async Task<StoredSession> FindAsync(SessionKey key, CancellationToken cancel) =>
        await _table.FindAsync(key.ToString(), HeadRow, cancel) is { } row
            ? new StoredSession(key, row.GetDocument("Document") is { } json ? Read(json) : null)
            {
                ETag = row.ETag,
                EventSequence = row.GetInt64("EventSequence") ?? 0,
                OutboxMarked = row.GetBoolean("OutboxMarked") ?? false,
            }
            : new StoredSession(key, Session: null);

    /// <summary>Writes a session that is still as it was read. A lost race is a fault that
    /// <see cref="Contention"/> knows.</summary>
    public async Task<StoredSession> WriteAsync(
        StoredSession stored, Session next, CancellationToken cancel, params DomainEvent[] events)
    {
        var row = Row(stored, next);
        var place = Place(stored.Key);
        if (events.Length > 0 && Outbox.NeedsMark(row)) await outbox.MarkAsync(place, cancel);
        var batch = new TableBatch(_table, row.PartitionKey);
        if (events.Length > 0) Outbox.Append(batch, place, stored.Key.Environment, row, events);
        if (stored.ETag == default) batch.Insert(row);
        else batch.Replace(row, stored.ETag);
        var etag = await batch.CommitAsync(cancel, HeadRow);
        return stored with
        {
            Session = next,
            ETag = etag,
            EventSequence = row.GetInt64("EventSequence") ?? 0,
            OutboxMarked = row.GetBoolean("OutboxMarked") ?? false,
        };
    }

    /// <summary>Makes every writer fail that read the session before now; false when one was faster.</summary>
    public Task<bool> FenceAsync(StoredSession stored, CancellationToken cancel) => stored.ETag == default
        ? _table.TryInsertAsync(new TableEntity(stored.Key.ToString(), HeadRow), cancel)
        : TryTouchAsync(stored, cancel);

    private async Task<bool> TryTouchAsync(StoredSession stored, CancellationToken cancel)
    {
        var row = new TableEntity(stored.Key.ToString(), HeadRow) { ["Fence"] = Guid.NewGuid() };
        try
        {
            await _table.UpdateEntityAsync(row, stored.ETag, TableUpdateMode.Merge, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return false;
        }
    }

    private static OutboxPlace Place(SessionKey key) =>
        new(TableName, key.ToString(), HeadRow, new Aggregate("session", key.ToString()));

    private static TableEntity Row(StoredSession stored, Session next)
    {
        var row = new TableEntity(stored.Key.ToString(), HeadRow)
        {
            ["State"] = next.State.ToString().ToLowerInvariant(),
            ["EventSequence"] = stored.EventSequence,
            ["OutboxMarked"] = stored.OutboxMarked,
        };
        row.SetDocument("Document", JsonSerializer.SerializeToUtf8Bytes(next, Json.Options));
        return row;
    }

    private static Session Read(byte[] json) => JsonSerializer.Deserialize<Session>(json, Json.Options)
        ?? throw new JsonException("A stored session is null.");
}
