using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>
/// What activities hand on to each other, in container <c>import-work</c> at <c>{import id}/{what}/{number}</c>; gone
/// when the import ends. Blobs hold frames (4 bytes of length, then a row), or sections of frames behind a table of
/// (offset, length) so that one partition's part of many blobs can be read alone.
/// </summary>
public sealed class WorkBlobs(StorageAccount storage)
{
    /// <summary>The container.</summary>
    public const string ContainerName = "import-work";

    private const int TableEntryBytes = 12;

    /// <summary>Blobs removed at a time.</summary>
    private const int RemovalsAtOnce = 16;

    private readonly BlobContainerClient _container = storage.Container(ContainerName);

    /// <summary>Writes the file's ranges.</summary>
    public Task WriteRangesAsync(string importId, IReadOnlyList<FileRange> ranges, CancellationToken cancel) =>
        Blob(importId, "ranges", 0).UploadAsync(BinaryData.FromString(Json.Write(ranges)), overwrite: true, cancel);

    /// <summary>Reads one range.</summary>
    public async Task<FileRange> ReadRangeAsync(string importId, int number, CancellationToken cancel)
    {
        var all = await Blob(importId, "ranges", 0).DownloadContentAsync(cancel);
        return Json.Read<FileRange[]>(all.Value.Content.ToString())[number];
    }

    /// <summary>A writer of frames.</summary>
    public FrameWriter WriteFrames(string importId, string what, int number) =>
        new(new BlockWriter(_container.GetBlockBlobClient(Name(importId, what, number))));

    /// <summary>The frames of one blob, with a small buffer.</summary>
    public IAsyncEnumerable<byte[]> ReadFramesAsync(
        string importId, string what, int number, CancellationToken cancel) =>
        ReadFramesAsync(Blob(importId, what, number), cancel);

    /// <summary>True when an activity has written the blob.</summary>
    public async Task<bool> IsThereAsync(string importId, string what, int number, CancellationToken cancel) =>
        await Blob(importId, what, number).ExistsAsync(cancel);

    /// <summary>As above, of any blob of frames.</summary>
    public static async IAsyncEnumerable<byte[]> ReadFramesAsync(
        BlobClient blob, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var options = new BlobOpenReadOptions(allowModifications: false) { BufferSize = 64 * 1024 };
        await using var stream = await blob.OpenReadAsync(options, cancel);
        var length = new byte[4];
        while (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, cancel) == 4)
        {
            var frame = new byte[BitConverter.ToInt32(length)];
            await stream.ReadExactlyAsync(frame, cancel);
            yield return frame;
        }
    }

    /// <summary>Empty sections.</summary>
    public static FrameBuffer[] Sections(int count) => [.. Enumerable.Range(0, count).Select(_ => new FrameBuffer())];

    /// <summary>Writes sections at once; they fit in memory.</summary>
    public async Task WriteSectionsAsync(
        string importId, string what, int number, IReadOnlyList<FrameBuffer> sections, CancellationToken cancel)
    {
        using var head = new MemoryStream();
        var writer = new BinaryWriter(head);
        long offset = sections.Count * TableEntryBytes;
        foreach (var section in sections)
        {
            writer.Write(offset);
            writer.Write(section.Bytes.Length);
            offset += section.Bytes.Length;
        }

        var blob = new BlockWriter(_container.GetBlockBlobClient(Name(importId, what, number)));
        await blob.WriteAsync(head.ToArray(), cancel);
        foreach (var section in sections) await blob.WriteAsync(section.Bytes, cancel);
        await blob.CommitAsync(cancel);
    }

    /// <summary>The frames of one section.</summary>
    public async Task<IReadOnlyList<byte[]>> ReadSectionAsync(
        string importId, string what, int number, int section, CancellationToken cancel)
    {
        var blob = Blob(importId, what, number);
        var entry = await BytesAsync(blob, section * TableEntryBytes, TableEntryBytes, cancel);
        var length = BitConverter.ToInt32(entry, 8);
        return length == 0 ? [] : Frames(await BytesAsync(blob, BitConverter.ToInt64(entry), length, cancel));
    }

    /// <summary>Removes everything of an import.</summary>
    public async Task RemoveAsync(string importId, CancellationToken cancel)
    {
        var names = new List<string>();
        await foreach (var blob in _container.GetBlobsAsync(
            BlobTraits.None, BlobStates.None, importId + "/", cancel)) names.Add(blob.Name);
        await Parallel.ForEachAsync(
            names, new ParallelOptions { MaxDegreeOfParallelism = RemovalsAtOnce, CancellationToken = cancel },
            async (name, c) => await _container.DeleteBlobIfExistsAsync(name, cancellationToken: c));
    }

    private static async Task<byte[]> BytesAsync(BlobClient blob, long offset, int length, CancellationToken cancel)
    {
        var options = new BlobDownloadOptions { Range = new Azure.HttpRange(offset, length) };
        return (await blob.DownloadContentAsync(options, cancel)).Value.Content.ToArray();
    }

    private static List<byte[]> Frames(byte[] bytes)
    {
        var frames = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = BitConverter.ToInt32(bytes, at);
            frames.Add(bytes[(at + 4)..(at + 4 + length)]);
            at += 4 + length;
        }

        return frames;
    }

    private BlobClient Blob(string importId, string what, int number) =>
        _container.GetBlobClient(Name(importId, what, number));

    private static string Name(string importId, string what, int number) => $"{importId}/{what}/{number}";
}
