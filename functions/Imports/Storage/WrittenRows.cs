using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>What an import has written, row by row, so that it can be undone: container <c>import-results</c>,
/// <c>{env}/{import id}/written/{partition}</c>. Keys only, nothing personal: an erased customer's row is one that
/// nothing can be undone of.</summary>
public sealed class WrittenRows(StorageAccount storage)
{
    private const string Folder = "written";

    /// <summary>A writer for one partition.</summary>
    public FrameWriter Write(ImportRecord import, int partition) =>
        new(new BlockWriter(Container.GetBlockBlobClient($"{PrefixOf(import)}{partition}")));

    /// <summary>The pieces that wrote something.</summary>
    public async Task<IReadOnlyList<int>> PiecesAsync(ImportRecord import, CancellationToken cancel)
    {
        var found = new List<int>();
        var blobs = Container.GetBlobsAsync(BlobTraits.None, BlobStates.None, PrefixOf(import), cancel);
        await foreach (var blob in blobs) found.Add(int.Parse(
            blob.Name[PrefixOf(import).Length..], CultureInfo.InvariantCulture));
        return [.. found.Order()];
    }

    /// <summary>The rows of one partition, in the order of lines.</summary>
    public async IAsyncEnumerable<WrittenRow> ReadAsync(
        ImportRecord import, int partition,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var blob = Container.GetBlobClient($"{PrefixOf(import)}{partition}");
        await foreach (var frame in WorkBlobs.ReadFramesAsync(blob, cancel))
            yield return Frame.Read(frame, WrittenRow.Read);
    }

    private BlobContainerClient Container => storage.Container(ImportResults.ContainerName);

    private static string PrefixOf(ImportRecord import) =>
        $"{import.Environment.Name()}/{import.ImportId}/{Folder}/";
}
