using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>The files that imports read. Container <c>import-uploads</c> holds what came over HTTP, at
/// <c>{env}/{import id}/{random}</c>; it has no trigger. Dropped files stay where they were dropped and are read in the
/// version that started the import.</summary>
public sealed class ImportFiles(StorageAccount storage)
{
    /// <summary>Where uploads go.</summary>
    public const string UploadsContainer = "import-uploads";

    /// <summary>A place for a new upload. Random, so that two uploads with one Idempotency-Key never mix.</summary>
    public BlockBlobClient NewUpload(AppEnvironment env, string importId) =>
        storage.Container(UploadsContainer).GetBlockBlobClient($"{env.Name()}/{importId}/{Guid.NewGuid():n}");

    /// <summary>Removes an upload that no import will use.</summary>
    public static Task DropAsync(BlockBlobClient upload, CancellationToken cancel) =>
        upload.DeleteIfExistsAsync(cancellationToken: cancel);

    /// <summary>Removes a file, unless it has become another one since.</summary>
    public async Task RemoveAsync(ImportSource source, CancellationToken cancel)
    {
        var blob = storage.Blobs.GetBlobContainerClient(source.Container).GetBlobClient(source.Blob);
        var conditions = source.ETag.Length == 0 ? null : new BlobRequestConditions { IfMatch = new ETag(source.ETag) };
        try
        {
            await blob.DeleteIfExistsAsync(conditions: conditions, cancellationToken: cancel);
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            // Something else lies there by now under the same name; it is an import of its own.
        }
    }

    /// <summary>The file from a byte on, streamed. Throws <see cref="SourceChangedException"/> when it is no longer the
    /// version that was to be imported.</summary>
    public Task<Stream> OpenAsync(ImportSource source, long offset, CancellationToken cancel) =>
        OpenAsync(source, new HttpRange(offset), cancel);

    /// <summary>One range of the file.</summary>
    public async Task<byte[]> ReadAsync(ImportSource source, FileRange range, CancellationToken cancel)
    {
        var bytes = new byte[range.Length];
        await using var stream = await OpenAsync(source, new HttpRange(range.Offset, range.Length), cancel);
        await stream.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }

    private async Task<Stream> OpenAsync(ImportSource source, HttpRange range, CancellationToken cancel)
    {
        // An empty range cannot be asked for.
        if (range.Offset >= source.Bytes) return Stream.Null;
        var blob = storage.Blobs.GetBlobContainerClient(source.Container).GetBlobClient(source.Blob);
        var options = new BlobDownloadOptions
        {
            Range = range,
            Conditions = new BlobRequestConditions { IfMatch = new ETag(source.ETag) },
        };
        try
        {
            return (await blob.DownloadStreamingAsync(options, cancel)).Value.Content;
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            throw new SourceChangedException();
        }
    }
}

/// <summary>The file was overwritten or removed while its import ran.</summary>
public sealed class SourceChangedException() : Exception(Text)
{
    /// <summary>Its message, by which it is known after it crossed from an activity.</summary>
    public const string Text = "The file was changed or removed while it was imported.";
}
