using System.Collections.Concurrent;
using Azure.Data.Tables;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>Index rows, profiles and events of a whole batch, in transactions as full as they get.</summary>
public sealed class BatchProfiles(ProfilesTable profiles, ProfileSearchTable index, Outbox outbox)
{
    /// <summary>Rows of one customer in its bucket's transaction: profile, event, and the figures of a new one or the
    /// audit trail's line of one that was there.</summary>
    private const int RowsEach = 3;

    /// <summary>Bytes of one customer beside the document, generously.</summary>
    private const int BytesBeside = 16 * 1024;

    /// <summary>The profiles' rows of some keys: one range of each bucket.</summary>
    public async Task<IReadOnlyDictionary<ProfileKey, ProfileRow>> LoadAsync(
        AppEnvironment environment, IEnumerable<ProfileKey> keys, CancellationToken cancel)
    {
        var found = new ConcurrentDictionary<ProfileKey, ProfileRow>();
        await EachAsync(keys.Distinct().GroupBy(k => k.Bucket), async (bucket, c) =>
        {
            var wanted = bucket.Select(k => k.ToString()).ToHashSet(StringComparer.Ordinal);
            var (first, last) = (wanted.Min(StringComparer.Ordinal)!, wanted.Max(StringComparer.Ordinal)!);
            await foreach (var row in profiles.RangeAsync(environment, bucket.Key, first, last + "}", c))
                if (wanted.Contains(row.Key.ToString())) found[row.Key] = row;
        }, cancel);
        return found;
    }

    /// <summary>Writes what the rows add to the index, tells the publisher, then writes the profiles with their
    /// events. A row that somebody else was faster with is left out.</summary>
    public async Task WriteAsync(
        AppEnvironment environment, IReadOnlyList<BatchItem> items, CancellationToken cancel)
    {
        await PutEntriesAsync(environment, items, cancel);
        var unmarked = items.Where(i => !i.Next!.OutboxMarked);
        await outbox.MarkAsync(unmarked.Select(i => ProfilesTable.PlaceOf(environment, i.Next!.Key)), cancel);
        await EachAsync(items.GroupBy(i => i.Next!.Key.Bucket), async (bucket, c) =>
        {
            foreach (var chunk in Chunks(bucket)) await CommitAsync(environment, bucket.Key, chunk, c);
        }, cancel);
    }

    private Task PutEntriesAsync(AppEnvironment environment, IReadOnlyList<BatchItem> items, CancellationToken cancel)
    {
        var rows = items.SelectMany(i => i.Next!.Entries.Except(i.Before?.Entries ?? [])
            .Select(entry => ProfileSearchTable.Entity(environment, entry, i.Next!.Key)));
        var chunks = rows.GroupBy(r => r.PartitionKey).SelectMany(g => g.Chunk(TableBatch.RowsMax));
        return EachAsync(chunks, async (chunk, c) =>
        {
            var batch = index.Batch(chunk[0].PartitionKey);
            foreach (var row in chunk) batch.Upsert(row);
            await batch.CommitAsync(c);
        }, cancel);
    }

    /// <summary>Writes some customers of a bucket; whom the transaction fails for is left out, and the rest goes again.
    /// </summary>
    private async Task CommitAsync(
        AppEnvironment environment, int bucket, List<BatchItem> items, CancellationToken cancel)
    {
        while (items.Count > 0)
        {
            var batch = profiles.Batch(environment, bucket);
            var owners = new List<BatchItem>();
            foreach (var item in items)
            {
                var written = ProfileEvents.Of(item.Before, item.Next!, item.Row.ChangeId);
                ProfilesTable.Append(batch, environment, item.Next!, written);
                while (owners.Count < batch.Count) owners.Add(item);
            }

            try
            {
                await batch.CommitAsync(cancel);
                foreach (var item in items) item.Outcome = Done(item);
                return;
            }
            catch (TableTransactionFailedException e)
                when (e.IsLostRace() && e.FailedTransactionActionIndex is not null)
            {
                var failed = owners[e.FailedTransactionActionIndex.Value];
                failed.LeaveOut();
                items.Remove(failed);
            }
        }
    }

    private static BatchOutcome Done(BatchItem item) => new(
        item.Before is null ? BatchChange.Created : BatchChange.Updated, item.Next!.IntegrationId)
    {
        Written = item.Next.Key,
    };

    private static IEnumerable<List<BatchItem>> Chunks(IEnumerable<BatchItem> items)
    {
        var (chunk, bytes) = (new List<BatchItem>(), 0);
        foreach (var item in items)
        {
            var size = BytesBeside + Bytes(item.Next!) + (item.Before is null ? 0 : Bytes(item.Before));
            var isFull = RowsEach * (chunk.Count + 1) > TableBatch.RowsMax || bytes + size > TableBatch.BytesMax;
            if (chunk.Count > 0 && isFull)
            {
                yield return chunk;
                (chunk, bytes) = ([], 0);
            }

            chunk.Add(item);
            bytes += size;
        }

        if (chunk.Count > 0) yield return chunk;
    }

    /// <summary>The document with what the audit trail may tell of it.</summary>
    private static int Bytes(ProfileRow row) => 4 * ProfileDocument.Write(row.Profile).Length;

    private static Task EachAsync<T>(
        IEnumerable<T> parts, Func<T, CancellationToken, Task> body, CancellationToken cancel) => Parallel.ForEachAsync(
            parts.ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = BatchKeys.AtOnce, CancellationToken = cancel },
            async (part, c) => await body(part, c));
}
