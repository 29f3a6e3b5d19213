using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>
/// Customers.
/// Table: <c>Profiles</c>. PK <c>{env}|{bucket, two hex digits}</c>. RK <c>{key}|p</c> the profile, <c>{key}|s</c> its
/// figures with an ETag of their own, <c>m|{key}|{hash of a change id}</c> a purchase that was counted,
/// <c>o|{key}|{sequence}</c> an event waiting to be sent, <c>h|{key}|{place}</c> a line of the audit trail
/// (<see cref="AuditRows"/>). Keys are hex, so profiles and figures sort before the rest.
/// Example: <c>live|3f</c>, <c>0198…|p</c>, State <c>Live</c>, Document <c>{"kind":"registered",…}</c>, Version 3.
/// Queries: a profile with its figures (one range of two rows); a bucket's profiles, or those between two keys.
/// </summary>
public sealed class ProfilesTable(StorageAccount storage, Outbox outbox)
{
    /// <summary>The table.</summary>
    public const string TableName = "Profiles";

    /// <summary>Partitions of one environment.</summary>
    public const int Buckets = 256;

    private const string ProfileSuffix = "|p";
    private const string FiguresSuffix = "|s";
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Partition of a key's rows.</summary>
    public static string Partition(AppEnvironment environment, int bucket) =>
        $"{environment.Name()}|{bucket.ToString("x2", CultureInfo.InvariantCulture)}";

    /// <summary>Row key of a profile.</summary>
    public static string RowKey(ProfileKey key) => key + ProfileSuffix;

    /// <summary>Row key of a profile's figures.</summary>
    public static string FiguresKey(ProfileKey key) => key + FiguresSuffix;

    /// <summary>Where a customer's events wait.</summary>
    public static OutboxPlace PlaceOf(AppEnvironment environment, ProfileKey key) => new(
        TableName, Partition(environment, key.Bucket), RowKey(key), new Aggregate("profile", key.ToString()));

    /// <summary>A profile with its figures, or null when there is no such row. One call.</summary>
    public async Task<ProfileRow?> FindAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        await foreach (var row in RangeAsync(environment, key.Bucket, key.ToString(), key + "}", cancel)) return row;
        return null;
    }

    /// <summary>As <see cref="FindAsync"/>, but of the customer whom a merged one belongs to now. One call, and one for
    /// each merge.</summary>
    public async Task<ProfileRow?> FollowAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var row = await FindAsync(environment, key, cancel);
        while (row is { IsMerged: true }) row = await FindAsync(environment, row.MergedInto!.Value, cancel);
        return row;
    }

    /// <summary>Profiles of a bucket from one key up to, but not with, another text, oldest first, page by
    /// page.</summary>
    public IAsyncEnumerable<ProfileRow> RangeAsync(
        AppEnvironment environment, int bucket, string from, string before, CancellationToken cancel) =>
        RangeAsync(environment, bucket, from, before, columns: null, cancel);

    /// <summary>Customers of a bucket, as above, without what only writers need: a third less to send and to read.
    /// </summary>
    public async IAsyncEnumerable<StoredProfile> CustomersAsync(
        AppEnvironment environment, int bucket, string from, string before,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var rows = RangeAsync(environment, bucket, from, before, ProfileRow.CustomerColumns, cancel);
        await foreach (var row in rows)
            if (row.Customer is { } customer) yield return customer;
    }

    private async IAsyncEnumerable<ProfileRow> RangeAsync(
        AppEnvironment environment, int bucket, string from, string before, IEnumerable<string>? columns,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableRows.Range(Partition(environment, bucket), from, before);
        ProfileRow? pending = null;
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancel))
        {
            if (entity.RowKey.EndsWith(FiguresSuffix, StringComparison.Ordinal))
            {
                if (pending is not null) yield return pending with { Figures = ProfileRow.FiguresOf(entity) };
                pending = null;
                continue;
            }

            if (pending is not null) yield return pending;
            pending = ProfileRow.Of(entity, ProfileKey.Parse(entity.RowKey[..^ProfileSuffix.Length]));
        }

        if (pending is not null) yield return pending;
    }

    /// <summary>Writes a profile that is new (no ETag) or still as read, with its events, in one transaction; tells the
    /// publisher before when it must be told. One or two calls; a lost race throws.</summary>
    public async Task CommitAsync(
        AppEnvironment environment, ProfileRow row, CancellationToken cancel, params IReadOnlyList<DomainEvent> events)
    {
        var place = PlaceOf(environment, row.Key);
        if (!row.OutboxMarked && events.Count > 0) await outbox.MarkAsync(place, cancel);
        var batch = new TableBatch(_table, place.Partition);
        Append(batch, environment, row, events);
        await batch.CommitAsync(cancel);
    }

    /// <summary>Adds a profile's rows and events to a transaction of its bucket; the publisher was told.</summary>
    public static void Append(
        TableBatch batch, AppEnvironment environment, ProfileRow row, params IReadOnlyList<DomainEvent> events)
    {
        var place = PlaceOf(environment, row.Key);
        var entity = row.ToEntity(place.Partition, place.HeadRow);
        if (events.Count > 0) Outbox.Append(batch, place, environment, entity, events);
        if (row.Line is { } audit) batch.Insert(AuditRows.Entity(place.Partition, row.Key, audit));
        if (row.ETag != default)
        {
            batch.Replace(entity, row.ETag);
            return;
        }

        batch.Insert(entity);
        if (row.State == RowState.Live)
            batch.Insert(ToFigures(place.Partition, row.Key, ProfileFigures.None));
    }

    /// <summary>Lines of a profile's audit trail after a position, newest first, at most so many. The making is not
    /// among them.</summary>
    public Task<IReadOnlyList<AuditLine>> AuditAsync(
        AppEnvironment environment, ProfileKey key, string? after, int take, CancellationToken cancel) =>
        AuditRows.ReadAsync(_table, Partition(environment, key.Bucket), key, after, take, cancel);

    /// <summary>Removes a profile's audit trail; nothing adds to it once the profile is being erased.</summary>
    public Task RemoveAuditAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel) =>
        AuditRows.RemoveAsync(_table, Partition(environment, key.Bucket), key, cancel);

    /// <summary>A transaction of one bucket.</summary>
    public TableBatch Batch(AppEnvironment environment, int bucket) => new(_table, Partition(environment, bucket));

    /// <summary>Makes a slow writer of this key fail: moves the row's ETag when it is still as read, or puts a fence
    /// where there is no row. False when somebody else was faster.</summary>
    public async Task<bool> FenceAsync(
        AppEnvironment environment, ProfileKey key, ProfileRow? asRead, DateTimeOffset now, CancellationToken cancel)
    {
        var entity = new TableEntity(Partition(environment, key.Bucket), RowKey(key)) { ["FencedAt"] = now };
        try
        {
            if (asRead is not null)
            {
                await _table.UpdateEntityAsync(entity, asRead.ETag, TableUpdateMode.Merge, cancel);
                return true;
            }
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return false;
        }

        entity["State"] = nameof(RowState.Fence);
        return await _table.TryInsertAsync(entity, cancel);
    }

    internal static TableEntity ToFigures(string partition, ProfileKey key, ProfileFigures figures) =>
        new(partition, FiguresKey(key)) { ["Figures"] = Json.Write(figures) };
}
