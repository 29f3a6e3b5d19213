using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;

namespace CustomerFunctions.Imports.Stages;

/// <summary>Merges the rejected rows of all pieces, each in the order of lines, into one file.</summary>
public sealed class FinishStage(WorkBlobs work, ImportResults results)
{
    /// <summary>Writes the file of rejected rows; answers how many there are.</summary>
    /// <param name="import">The import.</param>
    /// <param name="piece">How many ranges and partitions it has.</param>
    /// <param name="areAllThere">False when it was stopped, so that some pieces were never done.</param>
    /// <param name="cancel">Stops it; run again it writes the same.</param>
    public async Task<long> RunAsync(
        ImportRecord import, ImportPiece piece, bool areAllThere, CancellationToken cancel)
    {
        var sources = new List<IAsyncEnumerable<byte[]>>
        {
            FramesAsync(
                piece, [.. Enumerable.Range(0, piece.Ranges).Select(n => (ReadStage.Bad, n))], areAllThere, cancel),
        };
        for (var partition = 0; partition < piece.Partitions; partition++)
        {
            sources.Add(FramesAsync(piece, [(ClaimStage.Duplicates, partition)], areAllThere, cancel));
            sources.Add(FramesAsync(piece, [(ApplyStage.Refused, partition)], areAllThere, cancel));
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

    private async IAsyncEnumerable<byte[]> FramesAsync(
        ImportPiece piece, (string What, int Number)[] blobs, bool areAllThere,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var (what, number) in blobs)
        {
            if (!areAllThere && !await work.IsThereAsync(piece.ImportId, what, number, cancel)) continue;
            await foreach (var frame in work.ReadFramesAsync(piece.ImportId, what, number, cancel)) yield return frame;
        }
    }
}
