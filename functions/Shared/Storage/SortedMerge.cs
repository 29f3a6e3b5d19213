using System.Runtime.CompilerServices;

namespace CustomerFunctions.Shared.Storage;

/// <summary>Reads several sorted sequences as one, so that what a customer and those merged into it have under keys of
/// their own is one list. Memory does not grow with the sequences.</summary>
public static class SortedMerge
{
    /// <summary>All items in the order of their positions, which rise within each source. Equal positions follow the
    /// order of the sources.</summary>
    public static async IAsyncEnumerable<T> OfAsync<T>(
        IEnumerable<IAsyncEnumerable<T>> sources, Func<T, string> position,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var open = sources.Select(s => s.GetAsyncEnumerator(cancel)).ToList();
        try
        {
            var heads = new PriorityQueue<int, (string Position, int Source)>(Order);
            for (var i = 0; i < open.Count; i++)
                if (await open[i].MoveNextAsync()) heads.Enqueue(i, (position(open[i].Current), i));
            while (heads.TryDequeue(out var first, out _))
            {
                yield return open[first].Current;
                if (await open[first].MoveNextAsync()) heads.Enqueue(first, (position(open[first].Current), first));
            }
        }
        finally
        {
            foreach (var source in open) await source.DisposeAsync();
        }
    }

    private static readonly Comparer<(string Position, int Source)> Order =
        Comparer<(string Position, int Source)>.Create((a, b) =>
            string.CompareOrdinal(a.Position, b.Position) is not 0 and var order ? order : a.Source - b.Source);
}
