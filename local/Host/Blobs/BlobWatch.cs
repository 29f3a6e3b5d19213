using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.Blobs;

/// <summary>Looks for new blobs, and new versions of blobs, on behalf of one function.</summary>
internal sealed partial class BlobWatch(
    string function, BlobPathPattern pattern, BlobContainerClient container, BlobCall call,
    BlobReceiptTable table, ILogger log)
{
    // Tries before a blob counts as poison, and blobs at a time: the real host's defaults.
    private const int AttemptsMax = 5;
    private const int ParallelMax = 8;

    private Dictionary<string, BlobReceipt> _receipts = [];

    public async Task LoadAsync(CancellationToken cancel) => _receipts = await table.ReadAsync(function, cancel);

    /// <summary>Calls the function for each blob that has no closed receipt.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var found = await FindAsync(cancel);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(found, parallel, async (blob, stop) =>
        {
            var receipt = await HandleAsync(blob, stop);
            lock (_receipts) _receipts[blob.Key] = receipt;
        });
    }

    private async Task<List<Found>> FindAsync(CancellationToken cancel)
    {
        var found = new List<Found>();
        try
        {
            await foreach (var item in container.GetBlobsAsync(
                BlobTraits.Metadata, BlobStates.None, pattern.Prefix, cancel))
                if (IsNew(item) is { } blob) found.Add(blob);
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            Log.NoContainer(log, pattern.Container);
        }

        return found;
    }

    private Found? IsNew(BlobItem item)
    {
        if (pattern.Match(item.Name) is not { } captured) return null;
        var path = $"{pattern.Container}/{item.Name}";
        var key = BlobReceiptTable.Key(path, item.Properties.ETag ?? default);
        var receipt = _receipts.GetValueOrDefault(key) ?? new(0, IsClosed: false);
        return receipt.IsClosed ? null : new(key, path, item, captured, receipt.Attempts);
    }

    private async Task<BlobReceipt> HandleAsync(Found blob, CancellationToken cancel)
    {
        var fault = await TryAsync(blob, cancel);
        var attempts = fault is null ? blob.Attempts : blob.Attempts + 1;
        var receipt = new BlobReceipt(attempts, IsClosed: fault is null || attempts == AttemptsMax);
        if (fault is not null) Log.Failed(log, function, blob.Path, attempts, AttemptsMax, fault);
        KillPoints.Reach("blob-receipt-before");
        await table.WriteAsync(function, blob.Key, blob.Path, receipt, fault, cancel);
        return receipt;
    }

    private async Task<Exception?> TryAsync(Found blob, CancellationToken cancel)
    {
        try
        {
            await call.InvokeAsync(container.GetBlobClient(blob.Item.Name), blob.Item, blob.Captured, cancel);
            return null;
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            return fault;
        }
    }

    private sealed record Found(
        string Key, string Path, BlobItem Item, Dictionary<string, string> Captured, int Attempts);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Container {Name} is not there yet.")]
        public static partial void NoContainer(ILogger log, string name);

        [LoggerMessage(LogLevel.Error, "Function {Name} failed for {Path} ({Attempt} of {Attempts}).")]
        public static partial void Failed(
            ILogger log, string name, string path, int attempt, int attempts, Exception fault);
    }
}
