using Azure.Data.Tables;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>A bulk order that was carried out.</summary>
/// <param name="BodyHash">What it said.</param>
/// <param name="Outcomes">What became of each customer, in the order's own order.</param>
public sealed record KeptTagOrder(string BodyHash, IReadOnlyList<TagOutcome> Outcomes);

/// <summary>
/// Bulk orders that came with an Idempotency-Key, so that a repeat gives the first answer.
/// Table: <c>TagOrders</c>. PK: <c>{env}|{first two hex digits}</c>. RK: the change id, 64 hex digits.
/// Example: <c>live|9f</c>, <c>9f86…</c>, BodyHash, Outcomes <c>aaunr</c>: one letter a customer and no names.
/// Query: one row. A due row of the kind <c>tag-order</c>, written first, has the timer remove it after 7 days.
/// </summary>
public sealed class TagOrdersTable(StorageAccount storage, DueIndex due, TimeProvider clock)
{
    /// <summary>The table.</summary>
    public const string TableName = "TagOrders";

    /// <summary>The kind of due work.</summary>
    public const string Kind = "tag-order";

    private const string Letters = "arunmc";

    /// <summary>How long a repeat is known. Source: the promise for every POST.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>An order that was carried out, or null.</summary>
    public async Task<KeptTagOrder?> FindAsync(AppEnvironment environment, Change change, CancellationToken cancel) =>
        await _table.FindAsync(Partition(environment, change.Id), change.Id, cancel) is { } row
            ? new KeptTagOrder(
                row.GetString("BodyHash"),
                [.. row.GetString("Outcomes").Select(letter => (TagOutcome)Letters.IndexOf(letter))])
            : null;

    /// <summary>Keeps what became of an order; the first of several that ran at once stays. Two calls.</summary>
    public async Task KeepAsync(
        AppEnvironment environment, Change change, IEnumerable<TagOutcome> outcomes, CancellationToken cancel)
    {
        var slot = DueIndex.SlotOf(clock.GetUtcNow() + KeptFor);
        await due.MarkAsync(Kind, $"{environment.Name()} {change.Id}", slot, cancel);
        var row = new TableEntity(Partition(environment, change.Id), change.Id)
        {
            ["BodyHash"] = change.BodyHash,
            ["Outcomes"] = string.Concat(outcomes.Select(o => Letters[(int)o])),
        };
        await _table.TryInsertAsync(row, cancel);
    }

    /// <summary>Removes what has been kept long enough.</summary>
    public Task SweepAsync(CancellationToken cancel) => due.WorkAsync(
        Kind, clock.GetUtcNow(),
        async (item, c) =>
        {
            var parts = item.Subject.Split(' ');
            var partition = Partition(AppEnvironments.Parse(parts[0]), parts[1]);
            await _table.DeleteEntityAsync(partition, parts[1], Azure.ETag.All, c);
            return true;
        },
        cancel);

    private static string Partition(AppEnvironment environment, string changeId) =>
        $"{environment.Name()}|{changeId[..2]}";
}
