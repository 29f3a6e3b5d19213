using System.Threading.Channels;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>The stored messages of one queue or subscription and of its dead-letter queue: one table partition.
/// Rows: <c>m|{sequence}</c> a message, <c>d|{sequence}</c> a dead one, <c>head</c> the next sequence number.
/// Changes that arrive together go out as one transaction; a storage fault is waited out, never given up.</summary>
internal sealed class BusPartition(
    string path, TableClient table, BlobContainerClient blobs, TimeProvider time, ILogger logger)
{
    // A transaction takes 100 rows; one of them is the head.
    private const int ChangesMax = 99;
    // A transaction takes 4 MiB; base64 and property names need their part.
    private const int BytesMax = 2_000_000;
    // A binary property takes 64 KiB; rows stay small so that a full transaction fits.
    private const int InlineBytesMax = 32 * 1024;

    private readonly Channel<StoreWork> _work = Channel.CreateUnbounded<StoreWork>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly string _partition = BusRows.PartitionKey(path);
    private long _next = 1;

    /// <summary>A number that no other message here has or had.</summary>
    public long TakeSequence() => Interlocked.Increment(ref _next) - 1;

    /// <summary>Everything stored, by slot; also finds the next sequence number.</summary>
    public async Task<IReadOnlyList<(string Slot, BusMessage Message)>> LoadAsync(CancellationToken cancel)
    {
        var found = new List<(string, BusMessage)>();
        var query = table.QueryAsync<TableEntity>(e => e.PartitionKey == _partition, cancellationToken: cancel);
        await foreach (var row in query)
        {
            if (row.RowKey == BusRows.Head)
            {
                _next = Math.Max(_next, row.GetInt64(BusRows.Next) ?? 1);
                continue;
            }

            var message = await BusRows.MessageAsync(row, blobs, cancel);
            _next = Math.Max(_next, message.Sequence + 1);
            found.Add((row.RowKey[..1], message));
        }

        return found;
    }

    /// <summary>Puts a large payload into a blob and says which; null when the row can hold it.</summary>
    public async Task<string?> SpillAsync(ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        if (payload.Length <= InlineBytesMax) return null;
        var name = $"{BusRows.BlobFolder(path)}/{Guid.NewGuid():N}";
        await PersistAsync(
            () => blobs.GetBlobClient(name).UploadAsync(new BinaryData(payload), overwrite: true, cancel), cancel);
        return name;
    }

    /// <summary>Stores changes; ends when they are durable.</summary>
    public Task WriteAsync(IReadOnlyList<StoreChange> changes)
    {
        var works = changes.Chunk(ChangesMax).Select(chunk => new StoreWork(chunk)).ToList();
        foreach (var work in works)
            if (!_work.Writer.TryWrite(work)) work.Done.TrySetException(new OperationCanceledException());
        return works.Count == 1 ? works[0].Done.Task : Task.WhenAll(works.Select(w => w.Done.Task));
    }

    /// <summary>The store loop; ends with the token, and fails what is still waiting.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            StoreWork? left = null;
            while (left is not null || await _work.Reader.WaitToReadAsync(cancel))
            {
                var batch = Gather(ref left);
                await CommitAsync(batch, cancel);
                foreach (var work in batch) work.Done.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            _work.Writer.TryComplete();
            while (_work.Reader.TryRead(out var work)) work.Done.TrySetCanceled(cancel);
        }
    }

    private List<StoreWork> Gather(ref StoreWork? left)
    {
        var batch = new List<StoreWork>();
        var keys = new HashSet<string>();
        var bytes = 0;
        while (left is not null || _work.Reader.TryRead(out left))
        {
            var count = keys.Count + left.Changes.Count;
            var size = bytes + left.Bytes;
            var isFull = count > ChangesMax || size > BytesMax || left.Changes.Any(c => keys.Contains(c.RowKey));
            if (isFull && batch.Count > 0) return batch;
            keys.UnionWith(left.Changes.Select(c => c.RowKey));
            bytes = size;
            batch.Add(left);
            left = null;
        }

        return batch;
    }

    private async Task CommitAsync(List<StoreWork> batch, CancellationToken cancel)
    {
        var changes = batch.SelectMany(w => w.Changes).ToList();
        try
        {
            await PersistAsync(() => SubmitAsync(changes, cancel), cancel);
            foreach (var blob in changes.Where(c => c.DropsBlob && c.Message.Blob is not null))
                await PersistAsync(
                    () => blobs.DeleteBlobIfExistsAsync(blob.Message.Blob, cancellationToken: cancel), cancel);
        }
        catch (OperationCanceledException)
        {
            foreach (var work in batch) work.Done.TrySetCanceled(cancel);
            throw;
        }
    }

    private async Task SubmitAsync(List<StoreChange> changes, CancellationToken cancel)
    {
        try
        {
            await table.SubmitTransactionAsync(
                [
                    .. changes.Select(c => c.Action(_partition)),
                    BusRows.HeadAction(_partition, Volatile.Read(ref _next)),
                ],
                cancel);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // A commit whose answer was lost already removed rows; one by one, a missing row is no fault.
            foreach (var change in changes) await change.ApplyAsync(table, _partition, cancel);
        }
    }

    private Task PersistAsync(Func<Task> step, CancellationToken cancel) =>
        Persistence.TryUntilDoneAsync(step, path, time, logger, cancel);
}
