using System.Text;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards.Storage;

/// <summary>
/// The codes of batches: container <c>card-batches</c>, blob <c>{env}/{batch id}.csv</c>, joined from one blob of each
/// chunk, <c>{env}/{batch id}/{chunk}.csv</c>, which then go.
/// </summary>
public sealed class CardBatchFiles(StorageAccount storage)
{
    /// <summary>The container.</summary>
    public const string ContainerName = "card-batches";

    /// <summary>Writes the codes of a chunk, in place of what an earlier run wrote.</summary>
    public async Task PutChunkAsync(CardChunk chunk, string csv, CancellationToken cancel)
    {
        var writer = new BlockWriter(Blob(ChunkName(chunk.Batch, chunk.Number)), CsvText.ContentType);
        await writer.WriteAsync(Encoding.UTF8.GetBytes(csv), cancel);
        await writer.CommitAsync(cancel);
    }

    /// <summary>Makes the file of a header and all chunks in order.</summary>
    public async Task JoinAsync(CardBatchRef batch, int chunks, string header, CancellationToken cancel)
    {
        var writer = new BlockWriter(Blob(Name(batch)), CsvText.ContentType);
        await writer.WriteAsync((byte[])[.. CsvText.Mark, .. Encoding.UTF8.GetBytes(header)], cancel);
        var buffer = new byte[128 * 1024];
        for (var number = 0; number < chunks; number++)
        {
            await using var chunk = await Blob(ChunkName(batch, number)).OpenReadAsync(cancellationToken: cancel);
            for (int read; (read = await chunk.ReadAsync(buffer, cancel)) > 0;)
                await writer.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        await writer.CommitAsync(cancel);
    }

    /// <summary>Removes the chunks' blobs; those that are gone already too.</summary>
    public async Task RemoveChunksAsync(CardBatchRef batch, int chunks, CancellationToken cancel)
    {
        for (var number = 0; number < chunks; number++)
            await Blob(ChunkName(batch, number)).DeleteIfExistsAsync(cancellationToken: cancel);
    }

    /// <summary>The file of a completed batch.</summary>
    public Task<Stream> OpenAsync(CardBatchRef batch, CancellationToken cancel) =>
        Blob(Name(batch)).OpenReadAsync(cancellationToken: cancel);

    private static string Name(CardBatchRef batch) => $"{batch.Environment.Name()}/{batch.BatchId}.csv";

    private static string ChunkName(CardBatchRef batch, int number) =>
        $"{batch.Environment.Name()}/{batch.BatchId}/{number:D4}.csv";

    private BlockBlobClient Blob(string name) => storage.Container(ContainerName).GetBlockBlobClient(name);
}
