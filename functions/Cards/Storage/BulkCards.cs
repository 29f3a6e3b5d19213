using Azure.Data.Tables;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards.Storage;

/// <summary>
/// Makes many cards at once, in transactions of one partition each. A card follows from its batch's secret, its index
/// and the attempt; an attempt whose place is held by anything else goes on to the next one. Rows are never removed, so
/// a rerun passes over the same places and finds its own card where the first run made it.
/// </summary>
public sealed class BulkCards(StorageAccount storage)
{
    /// <summary>Attempts at a free code. Of a space with a thousand codes for each wanted one, that many in a row are
    /// never taken unless the space is used up.</summary>
    public const int AttemptsMax = 20;

    /// <summary>Transactions that are under way side by side.</summary>
    private const int Parallel = 8;

    private readonly TableClient _table = storage.Table(CardsTable.TableName);

    /// <summary>Makes the cards with these indices and answers them in their order; null when the codes run out. The
    /// rows carry no event: a batch tells of itself.</summary>
    public async Task<IReadOnlyList<StoredCard>?> MakeAsync(
        CardBatch batch, int from, int count, CancellationToken cancel)
    {
        var made = new StoredCard[count];
        var open = Enumerable.Range(from, count).Select(index => (Index: index, Attempt: 0)).ToList();
        while (open.Count > 0)
        {
            var (pass, next) = Spread(batch, open);
            await System.Threading.Tasks.Parallel.ForEachAsync(
                pass.GroupBy(p => p.Card.Id.Partition).SelectMany(p => p.Chunk(TableBatch.RowsMax)),
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel },
                async (rows, c) =>
                {
                    var taken = await WriteAsync(rows, c);
                    foreach (var row in rows) made[row.Index - from] = row.Card;
                    lock (next) next.AddRange(taken.Select(t => (t.Index, t.Attempt + 1)));
                });
            if (next.Exists(n => n.Attempt >= AttemptsMax)) return null;
            open = [.. next.OrderBy(n => n.Index)];
        }

        return made;
    }

    private static (List<Row> Pass, List<(int Index, int Attempt)> Next) Spread(
        CardBatch batch, List<(int Index, int Attempt)> open)
    {
        var (pass, next, places) = (new List<Row>(), new List<(int, int)>(), new HashSet<CardId>());
        foreach (var (index, attempt) in open)
        {
            var (card, change) = batch.CardAt(index, attempt);
            var id = CardId.Of(batch.Environment, card.Code);
            // Two of one pass at one place: the lower index has it.
            if (places.Add(id)) pass.Add(new Row(index, attempt, ToStored(batch, id, card, change)));
            else next.Add((index, attempt + 1));
        }

        return (pass, next);
    }

    private static StoredCard ToStored(CardBatch batch, CardId id, NewCard card, Change change) =>
        new(id, card.Make(change.Id, batch.CreatedAt), 1, new ChangeNote(change.Id, change.BodyHash));

    /// <summary>Writes rows of one partition; answers those whose places are held by others.</summary>
    private async Task<IReadOnlyList<Row>> WriteAsync(Row[] rows, CancellationToken cancel)
    {
        var (open, taken) = (rows.ToList(), new List<Row>());
        while (open.Count > 0)
        {
            try
            {
                var batch = new TableBatch(_table, open[0].Card.Id.Partition);
                foreach (var row in open) batch.Insert(CardRows.Home(row.Card));
                await batch.CommitAsync(cancel);
                return taken;
            }
            catch (Azure.RequestFailedException e) when (e.IsConflict())
            {
                var left = new List<Row>();
                foreach (var row in open)
                {
                    var id = row.Card.Id;
                    var there = await _table.FindAsync(id.Partition, id.Hash, cancel);
                    if (there is null) left.Add(row);
                    else if (there.GetString("MadeBy") != row.Card.MadeBy.Id) taken.Add(row);
                }

                open = left;
            }
        }

        return taken;
    }

    private sealed record Row(int Index, int Attempt, StoredCard Card);
}
