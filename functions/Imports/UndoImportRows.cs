using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Activity: undoes the rows of one piece, the last one of each thing first. Run twice, it answers the same.
/// </summary>
public sealed class UndoImportRows(ImportsTable imports, WrittenRows written, ImportKinds kinds)
{
    private const int AtOnce = 8;

    [Function(nameof(UndoImportRows))]
    public async Task<RevertCounts> Run([ActivityTrigger] RevertPiece piece, CancellationToken cancel)
    {
        var import = await imports.GetAsync(piece.Order.Environment, piece.Order.ImportId, cancel);
        var kind = kinds.Of(import);
        var rows = await written.ReadAsync(import, piece.Number, cancel).ToListAsync(cancel);
        var (removed, restored, kept) = (0L, 0L, 0L);
        await Parallel.ForEachAsync(
            rows.GroupBy(kind.ThingOf, StringComparer.Ordinal).ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (thing, c) =>
            {
                foreach (var row in thing.OrderByDescending(r => r.Line)) Count(await kind.UndoAsync(import, row, c));
            });
        return new RevertCounts(removed, restored, kept);

        void Count(UndoneRow undone)
        {
            if (undone == UndoneRow.Removed) Interlocked.Increment(ref removed);
            else if (undone == UndoneRow.Restored) Interlocked.Increment(ref restored);
            else Interlocked.Increment(ref kept);
        }
    }
}
