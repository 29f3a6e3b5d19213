using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Changes that become durable together, and who waits for that.</summary>
internal sealed record StoreWork(IReadOnlyList<StoreChange> Changes)
{
    // Row keys and small properties, roughly.
    private const int RowBytes = 600;

    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Bytes { get; } = Changes.Sum(
        c => RowBytes + (c.Message.Blob is null ? c.Message.Payload.Length * 2 : 0));
}

/// <summary>One row to write or to remove.</summary>
/// <param name="Slot">Which of the partition's two queues.</param>
/// <param name="Message">The message as it is to be.</param>
/// <param name="Removes">True to remove it.</param>
/// <param name="DropsBlob">True when its payload goes too; a move between slots keeps it.</param>
internal sealed record StoreChange(string Slot, BusMessage Message, bool Removes = false, bool DropsBlob = false)
{
    public string RowKey { get; } = BusRows.RowKey(Slot, Message.Sequence);

    public TableTransactionAction Action(string partition) => Removes
        ? new(TableTransactionActionType.Delete, new TableEntity(partition, RowKey), ETag.All)
        : new(TableTransactionActionType.UpsertReplace, BusRows.Row(partition, Slot, Message));

    public Task ApplyAsync(TableClient table, string partition, CancellationToken cancel) => Removes
        ? table.DeleteEntityAsync(partition, RowKey, ETag.All, cancel)
        : table.UpsertEntityAsync(BusRows.Row(partition, Slot, Message), TableUpdateMode.Replace, cancel);
}

/// <summary>How messages look in Table Storage.</summary>
internal static class BusRows
{
    public const string Head = "head";
    public const string Next = "Next";
    public const string Live = "m";
    public const string Dead = "d";

    /// <summary>A path may hold slashes, which keys may not.</summary>
    public static string PartitionKey(string path) => path.Replace('/', '|');

    public static string BlobFolder(string path) => path.Replace('/', '-');

    public static string RowKey(string slot, long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{slot}|{sequence:D19}");

    public static TableTransactionAction HeadAction(string partition, long next) =>
        new(TableTransactionActionType.UpsertReplace, new TableEntity(partition, Head) { [Next] = next });

    public static TableEntity Row(string partition, string slot, BusMessage message)
    {
        var row = new TableEntity(partition, RowKey(slot, message.Sequence))
        {
            ["EnqueuedAt"] = message.EnqueuedAt,
            ["Failures"] = message.Failures,
            ["IsDeferred"] = message.IsDeferred,
        };
        if (message.Blob is null) row["Payload"] = message.Payload.ToArray();
        else row["Blob"] = message.Blob;
        if (message.ScheduledAt is { } at) row["ScheduledAt"] = at;
        if (message.Overlay.Count > 0) row["Overlay"] = BusPayload.EncodeOverlay(message.Overlay);
        return row;
    }

    public static async Task<BusMessage> MessageAsync(
        TableEntity row, BlobContainerClient blobs, CancellationToken cancel)
    {
        var blob = row.GetString("Blob");
        var payload = blob is null
            ? row.GetBinary("Payload")
            : (await blobs.GetBlobClient(blob).DownloadContentAsync(cancel)).Value.Content.ToArray();
        var sequence = long.Parse(row.RowKey.AsSpan(2), CultureInfo.InvariantCulture);
        return new BusMessage(sequence, payload, row.GetDateTimeOffset("EnqueuedAt").GetValueOrDefault())
        {
            ScheduledAt = row.GetDateTimeOffset("ScheduledAt"),
            Failures = row.GetInt32("Failures") ?? 0,
            IsDeferred = row.GetBoolean("IsDeferred") ?? false,
            Overlay = BusPayload.DecodeOverlay(row.GetBinary("Overlay")),
            Blob = blob,
        };
    }
}
