using Azure;
using Azure.Data.Tables;

namespace CustomerFunctions.Shared.Storage;

/// <summary>
/// One entity group transaction: all or nothing, in one partition. Guards what the emulator lets pass and the real
/// service refuses: another partition's row, more than 100 rows, more than 3.5 MiB, an update without an ETag (which
/// the SDK would send as an upsert).
/// </summary>
public sealed class TableBatch(TableClient table, string partition)
{
    /// <summary>Most rows in one transaction. Source: Azure Table Storage scalability targets.</summary>
    public const int RowsMax = 100;

    /// <summary>Most bytes in one transaction: the service's 4 MiB less room for its envelope.</summary>
    public const int BytesMax = 3_670_016;

    private readonly List<TableTransactionAction> _actions = [];
    private long _bytes;

    /// <summary>Rows so far.</summary>
    public int Count => _actions.Count;

    /// <summary>True when a row of this size still fits.</summary>
    public bool HasRoomFor(TableEntity entity) => Count < RowsMax && _bytes + Size(entity) <= BytesMax;

    /// <summary>A row that must not exist yet.</summary>
    public TableBatch Insert(TableEntity entity) => Add(TableTransactionActionType.Add, entity, default);

    /// <summary>Replaces a row that is still as it was read.</summary>
    public TableBatch Replace(TableEntity entity, ETag etag) =>
        Add(TableTransactionActionType.UpdateReplace, entity, Required(etag));

    /// <summary>Changes some properties of a row that is still as it was read.</summary>
    public TableBatch Merge(TableEntity entity, ETag etag) =>
        Add(TableTransactionActionType.UpdateMerge, entity, Required(etag));

    /// <summary>Writes a row whether or not it is there.</summary>
    public TableBatch Upsert(TableEntity entity) => Add(TableTransactionActionType.UpsertReplace, entity, default);

    /// <summary>Removes a row; <see cref="ETag.All"/> whatever it holds.</summary>
    public TableBatch Delete(string rowKey, ETag etag) =>
        Add(TableTransactionActionType.Delete, new TableEntity(partition, rowKey), Required(etag));

    /// <summary>Sends the transaction; nothing happens when it is empty. Answers the new ETag of the row that
    /// <paramref name="headRow"/> names, so that the next transaction needs no read in between.</summary>
    public async Task<ETag> CommitAsync(CancellationToken cancel, string? headRow = null)
    {
        if (Count == 0) return default;
        var answers = await table.SubmitTransactionAsync(_actions, cancel);
        var head = _actions.FindIndex(a => a.Entity.RowKey == headRow);
        return head < 0 ? default : answers.Value[head].Headers.ETag ?? default;
    }

    private static ETag Required(ETag etag) => etag == default
        ? throw new InvalidOperationException("An update needs the ETag of the row that it was read from.")
        : etag;

    private static long Size(TableEntity entity) => 512 + entity.Sum(p => (2 * p.Key.Length) + p.Value switch
    {
        string text => 2L * text.Length,
        byte[] bytes => 4L * bytes.Length / 3,
        BinaryData data => 4L * data.ToMemory().Length / 3,
        _ => 32,
    });

    private TableBatch Add(TableTransactionActionType type, TableEntity entity, ETag etag)
    {
        if (entity.PartitionKey != partition) throw new InvalidOperationException("A row of another partition.");
        if (!HasRoomFor(entity)) throw new InvalidOperationException("The transaction is full.");
        _bytes += Size(entity);
        _actions.Add(new TableTransactionAction(type, entity, etag));
        return this;
    }
}
