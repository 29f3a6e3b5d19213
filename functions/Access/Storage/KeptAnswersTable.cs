using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Access.Storage;

/// <summary>The use of a key as it was read.</summary>
/// <param name="Key">Names the Idempotency-Key.</param>
/// <param name="Use">What is known of it.</param>
public sealed record StoredUse(string Key, KeyUse Use)
{
    /// <summary>Partitions of those whom the answer is about.</summary>
    internal IReadOnlyList<string> About { get; init; } = [];

    internal ETag ETag { get; init; }
}

/// <summary>
/// Idempotency-Keys with the answers that were given. Table: <c>KeptAnswers</c>.
/// PK: <c>k|{first two digits of the hash}</c>, RK: hash of caller and key, 64 hex digits: the use of a key. Example:
/// <c>k|9f</c>, <c>9f86…</c>, Use <c>4e1a…</c>, EndsAt, Asked <c>77c0…</c>, Status 201, Body, About.
/// PK: <c>c|{env}|{profile key}</c>, RK <c>{hash}|{use}</c>: an answer that is about a customer, without properties.
/// Queries: one use by its hash; all answers about a customer (erasure).
/// <para>A use is written before the function runs, and its answer in its place afterwards, under the ETag as it was
/// read. The rows under customers come before the answer; an erasure writes the use anew before it removes them, so
/// that whoever was about to keep an answer must list it once more, and then the erasure's second look finds it. A due
/// row of the kind <c>kept-answer</c>, in the hour after a use has ended, comes before the use.</para>
/// </summary>
public sealed class KeptAnswersTable(StorageAccount storage, DueIndex due, TimeProvider clock)
{
    /// <summary>The table.</summary>
    public const string TableName = "KeptAnswers";

    /// <summary>The due index's kind of work for uses that have ended.</summary>
    public const string DueKind = "kept-answer";

    /// <summary>Rows that are written side by side.</summary>
    private const int AtOnce = 8;

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>The use of a key: a new one when there is none or it has ended. One call for one that is there, else
    /// three. Fails with: contention.</summary>
    public Task<Result<StoredUse>> OpenAsync(string key, CancellationToken cancel) => Contention.RetryAsync<StoredUse>(
        async c =>
        {
            var now = clock.GetUtcNow();
            var there = await FindAsync(key, c);
            if (there is not null && now < there.Use.EndsAt) return there;
            var use = new KeyUse(Guid.NewGuid().ToString("n"), now + KeyUse.Length);
            await due.MarkAsync(DueKind, key, HourAfter(use.EndsAt), c);
            var opened = new StoredUse(key, use) { ETag = there?.ETag ?? default };
            return await TryPutAsync(opened, c) is { } stored ? (Result<StoredUse>?)stored : null;
        },
        cancel);

    /// <summary>Keeps what was done. Answers the use as it is then: what another request has done stays. One call, and
    /// one for each customer whom a kept answer is about. Fails with: contention.</summary>
    public Task<Result<KeyUse>> KeepAsync(
        StoredUse opened, DoneRequest done, AppEnvironment? environment, IReadOnlyCollection<ProfileKey> about,
        CancellationToken cancel)
    {
        string[] partitions = environment is { } env && done.Answer is not null
            ? [.. about.Select(customer => About(env, customer))]
            : [];
        StoredUse? asRead = opened;
        return Contention.RetryAsync<KeyUse>(
            async c =>
            {
                var stored = asRead ?? await FindAsync(opened.Key, c);
                asRead = null;
                var kept = opened.Use with { Done = done };
                // The use has ended meanwhile: nothing is kept.
                if (stored?.Use.Name != opened.Use.Name) return kept;
                if (stored.Use.Done is not null) return stored.Use;
                await Parallel.ForEachAsync(
                    partitions, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = c },
                    async (partition, cc) => await _table.UpsertEntityAsync(
                        new TableEntity(partition, AboutRow(stored)), TableUpdateMode.Replace, cc));
                return await TryPutAsync(stored with { Use = kept, About = partitions }, c) is null
                    ? null
                    : (Result<KeyUse>?)kept;
            },
            cancel);
    }

    /// <summary>Takes the answers about a customer away. Their keys stay known, so that a repeat does nothing twice to
    /// others whom they were about as well. One call, and three for each answer.</summary>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey customer, CancellationToken cancel)
    {
        var partition = About(environment, customer);
        var rows = new List<string>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            rows.Add(row.RowKey);
        foreach (var row in rows)
        {
            await EmptyAsync(row, cancel);
            await _table.DeleteEntityAsync(partition, row, ETag.All, cancel);
        }
    }

    /// <summary>Removes a use that has ended; true when its due row can go. The answer goes first: while it is there,
    /// it is listed under those whom it is about.</summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        if (await FindAsync(item.Subject, cancel) is not { } ended || clock.GetUtcNow() < ended.Use.EndsAt) return true;
        if (ended.About.Count > 0)
        {
            var emptied = await TryPutAsync(ended with { Use = ended.Use.WithoutAnswer() }, cancel);
            if (emptied is null) return false;
            foreach (var partition in ended.About)
                await _table.DeleteEntityAsync(partition, AboutRow(ended), ETag.All, cancel);
            ended = emptied;
        }

        return await _table.TryDeleteAsync(Partition(ended.Key), ended.Key, ended.ETag, cancel);
    }

    private static string Partition(string key) => $"k|{key[..2]}";

    private static string About(AppEnvironment environment, ProfileKey customer) =>
        $"c|{environment.Name()}|{customer}";

    private static string AboutRow(StoredUse stored) => $"{stored.Key}|{stored.Use.Name}";

    private static DateTimeOffset HourAfter(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerHour) + TimeSpan.TicksPerHour, TimeSpan.Zero);

    private async Task EmptyAsync(string aboutRow, CancellationToken cancel)
    {
        var emptied = await Contention.RetryAsync<bool>(
            async c =>
            {
                var stored = await FindAsync(aboutRow[..aboutRow.IndexOf('|')], c);
                if (stored is null || AboutRow(stored) != aboutRow) return true;
                // Also when there is no answer yet: whoever is about to keep one must fail.
                return await TryPutAsync(stored with { Use = stored.Use.WithoutAnswer() }, c) is null ? null : true;
            },
            cancel);
        if (emptied.Error is { } error) throw new StorageUnavailableException(new TimeoutException(error.Message));
    }

    private async Task<StoredUse?> FindAsync(string key, CancellationToken cancel) =>
        await _table.FindAsync(Partition(key), key, cancel) is { } row ? KeptAnswerRow.Of(row) : null;

    /// <summary>Writes a use that is new or still as it was read; null when somebody else was faster.</summary>
    private async Task<StoredUse?> TryPutAsync(StoredUse stored, CancellationToken cancel)
    {
        var row = KeptAnswerRow.Entity(stored, Partition(stored.Key));
        try
        {
            var answer = stored.ETag == default
                ? await _table.AddEntityAsync(row, cancel)
                : await _table.UpdateEntityAsync(row, stored.ETag, TableUpdateMode.Replace, cancel);
            return stored with { ETag = answer.Headers.ETag ?? default };
        }
        catch (RequestFailedException e) when (e.IsLostRace())
        {
            return null;
        }
    }
}
