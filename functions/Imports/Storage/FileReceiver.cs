using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>A file that has come.</summary>
public sealed record ReceivedFile(ImportSource Source, FileShape Shape, string Sha256);

/// <summary>Takes files in: streams uploads into storage, and looks at the beginning of dropped ones.</summary>
public static class FileReceiver
{
    /// <summary>Streams a body into a blob. Its beginning is looked at first, so that a file that cannot be imported is
    /// refused before the rest is stored. Fails with: empty-file, unusable-header, file-too-large.</summary>
    public static async Task<Result<ReceivedFile>> ReceiveAsync(
        Stream body, BlockBlobClient blob, long bytesMax, CancellationToken cancel)
    {
        var chunk = new byte[FileHead.BytesMax];
        var read = await body.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancel);
        if (!FileHead.Read(chunk.AsSpan(0, read), whole: read < chunk.Length).Try(out var shape, out var error))
            return error;
        var writer = new BlockWriter(blob, "text/csv");
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (read > 0)
        {
            sha256.AppendData(chunk, 0, read);
            await writer.WriteAsync(chunk.AsMemory(0, read), cancel);
            if (writer.Bytes > bytesMax) return ImportsErrors.FileTooLarge(bytesMax);
            read = await body.ReadAsync(chunk, cancel);
        }

        var etag = await writer.CommitAsync(cancel);
        var source = new ImportSource(blob.BlobContainerName, blob.Name, etag, writer.Bytes);
        return new ReceivedFile(source, shape, Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }

    /// <summary>The version of a dropped file that is there now; null when it is gone.</summary>
    public static async Task<ImportSource?> FindAsync(BlobClient blob, CancellationToken cancel)
    {
        try
        {
            var found = (await blob.GetPropertiesAsync(cancellationToken: cancel)).Value;
            return new ImportSource(blob.BlobContainerName, blob.Name, found.ETag.ToString(), found.ContentLength);
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return null;
        }
    }

    /// <summary>What the beginning of a dropped file tells. Fails with: empty-file, unusable-header.</summary>
    public static async Task<Result<FileShape>> LookAsync(BlobClient blob, ImportSource source,
        CancellationToken cancel)
    {
        if (source.Bytes == 0) return ImportsErrors.EmptyFile;
        var length = (int)Math.Min(source.Bytes, FileHead.BytesMax);
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(0, length),
            Conditions = new BlobRequestConditions { IfMatch = new ETag(source.ETag) },
        };
        var head = await blob.DownloadContentAsync(options, cancel);
        return FileHead.Read(head.Value.Content.ToMemory().Span, whole: length == source.Bytes);
    }
}
