using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;

namespace CustomerFunctions.Imports.Customers;

/// <summary>Merges the rejected rows of all pieces, each in the order of lines, into one file.</summary>
public sealed class FinishStage(WorkBlobs work, ImportResults results)
{
    /// <summary>Writes the file of rejected rows; answers how many there are.</summary>
    public async Task<long> RunAsync(ImportRecord import, ImportPiece piece, CancellationToken cancel)
    {
        var sources = new List<IAsyncEnumerable<byte[]>> { BadAsync(piece, cancel) };
        for (var partition = 0; partition < piece.Partitions; partition++)
        {
            sources.Add(work.ReadFramesAsync(piece.ImportId, ClaimStage.Duplicates, partition, cancel));
            sources.Add(work.ReadFramesAsync(piece.ImportId, ApplyStage.Refused, partition, cancel));
        }

        var file = results.Write(import);
        var count = 0L;
        await foreach (var row in MergeAsync(sources, cancel))
        {
            await file.AddAsync(row, cancel);
            count++;
        }

        await file.CommitAsync(cancel);
        return count;
    }

    private static async IAsyncEnumerable<RejectedRow> MergeAsync(
        IReadOnlyList<IAsyncEnumerable<byte[]>> sources,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var open = sources.Select(s => s.GetAsyncEnumerator(cancel)).ToList();
        try
        {
            var heads = new PriorityQueue<(IAsyncEnumerator<byte[]> From, RejectedRow Row), int>();
            foreach (var source in open) await PushAsync(heads, source);
            while (heads.TryDequeue(out var head, out _))
            {
                yield return head.Row;
                await PushAsync(heads, head.From);
            }
        }
        finally
        {
            foreach (var source in open) await source.DisposeAsync();
        }
    }

    private static async Task PushAsync(
        PriorityQueue<(IAsyncEnumerator<byte[]> From, RejectedRow Row), int> heads, IAsyncEnumerator<byte[]> source)
    {
        if (!await source.MoveNextAsync()) return;
        var row = Frame.Read(source.Current, RejectedRow.Read);
        heads.Enqueue((source, row), row.Line);
    }

    private async IAsyncEnumerable<byte[]> BadAsync(
        ImportPiece piece, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        for (var range = 0; range < piece.Ranges; range++)
            await foreach (var frame in work.ReadFramesAsync(piece.ImportId, ReadStage.Bad, range, cancel))
                yield return frame;
    }
}
