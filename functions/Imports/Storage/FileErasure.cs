using Azure;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>Takes records out of the files of an import: its source and its rejected rows. Files are read and written
/// range by range, so memory does not grow with them.</summary>
public sealed class FileErasure(StorageAccount storage, ImportFiles files)
{
    private const int TriesMax = 5;

    /// <summary>Writes an import's source anew without the records that are to go, as an upload, which no trigger hears
    /// of; null when there are none or the file is gone. The old file stays until
    /// <see cref="ImportFiles.RemoveAsync"/>.</summary>
    public async Task<ImportSource?> RewriteAsync(
        ImportRecord import, Func<IReadOnlyList<string?>, bool> goes, CancellationToken cancel)
    {
        if (import is not { Source: { } source, Shape: { } shape } || !await IsThereAsync(source, cancel)) return null;
        var parts = new FileParts(files, source, shape, ErasedRecord.LineBreaks, goes);
        if (!await parts.AnyAsync(cancel)) return null;
        var blob = files.NewUpload(import.Environment, import.ImportId);
        var writer = new BlockWriter(blob, CsvText.ContentType);
        await parts.WriteAsync(writer, cancel);
        var etag = await writer.CommitAsync(cancel);
        return new ImportSource(blob.BlobContainerName, blob.Name, etag, writer.Bytes);
    }

    /// <summary>Takes what is personal out of the rejected rows that are to go; their line, column, code and reason
    /// stay.</summary>
    public async Task EraseRejectedAsync(
        AppEnvironment environment, string importId, Func<IReadOnlyList<string?>, bool> goes, CancellationToken cancel)
    {
        var blob = ImportResults.Blob(storage, environment, importId);
        for (var tries = 1; ; tries++)
        {
            if (await SourceAsync(blob, cancel) is not { } source) return;
            var shape = new FileShape(FileEncoding.Utf8, ',', CsvText.Mark.Length, 0, []);
            var parts = new FileParts(files, source, shape, ErasedRecord.Verdict, goes);
            try
            {
                if (!await parts.AnyAsync(cancel)) return;
                // Two erasures at once: the second finds the file changed and reads it anew.
                var writer = new BlockWriter(blob, CsvText.ContentType) { IfMatch = new ETag(source.ETag) };
                await parts.WriteAsync(writer, cancel);
                await writer.CommitAsync(cancel);
                return;
            }
            catch (Exception e) when (tries < TriesMax && IsChanged(e))
            {
            }
        }
    }

    private static bool IsChanged(Exception fault) =>
        fault is SourceChangedException || (fault is RequestFailedException failed && failed.IsLostRace());

    private async Task<bool> IsThereAsync(ImportSource source, CancellationToken cancel) =>
        await SourceAsync(Blob(source), cancel) is { } found && found.ETag == source.ETag;

    private static async Task<ImportSource?> SourceAsync(BlockBlobClient blob, CancellationToken cancel)
    {
        try
        {
            var found = (await blob.GetPropertiesAsync(cancellationToken: cancel)).Value;
            return new ImportSource(
                blob.BlobContainerName, blob.Name, found.ETag.ToString(), found.ContentLength);
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return null;
        }
    }

    private BlockBlobClient Blob(ImportSource source) =>
        storage.Blobs.GetBlobContainerClient(source.Container).GetBlockBlobClient(source.Blob);

    private sealed class FileParts(
        ImportFiles files, ImportSource source, FileShape shape, ErasedRecord left,
        Func<IReadOnlyList<string?>, bool> goes)
    {
        private IReadOnlyList<FileRange> _ranges = [];
        private FileEncoding _encoding;

        /// <summary>True when a record is to go.</summary>
        public async Task<bool> AnyAsync(CancellationToken cancel)
        {
            var cutter = new RangeCutter(shape);
            await using (var data = await files.OpenAsync(source, shape.DataOffset, cancel))
            {
                int read;
                do
                    read = await data.ReadAtLeastAsync(
                        cutter.Free, cutter.Free.Length, throwOnEndOfStream: false, cancel);
                while (cutter.Take(read));
            }

            (_ranges, _encoding) = (cutter.Ranges, cutter.Encoding);
            foreach (var range in _ranges)
                if (await ErasedAsync(range, cancel) is { IsChanged: true }) return true;
            return false;
        }

        /// <summary>Writes the file without them.</summary>
        public async Task WriteAsync(BlockWriter to, CancellationToken cancel)
        {
            if (shape.DataOffset > 0)
                await to.WriteAsync(await files.ReadAsync(
                    source, new FileRange(0, (int)shape.DataOffset, 1), cancel), cancel);
            foreach (var range in _ranges) await to.WriteAsync((await ErasedAsync(range, cancel)).Bytes, cancel);
        }

        private async Task<(byte[] Bytes, bool IsChanged)> ErasedAsync(FileRange range, CancellationToken cancel)
        {
            var bytes = await files.ReadAsync(source, range, cancel);
            var erased = RangeErasure.Of(bytes, _encoding, shape.Separator, left, goes);
            return (erased ?? bytes, erased is not null);
        }
    }
}
