namespace CustomerFunctions.Local.Host.Azurite;

/// <summary>How one Azurite runs.</summary>
public sealed record AzuriteOptions
{
    /// <summary>Folder for its data; null keeps everything in memory.</summary>
    public string? Location { get; init; }

    /// <summary>Port of the blob service; 0 takes a free one.</summary>
    public int BlobPort { get; init; }

    /// <summary>Port of the queue service; 0 takes a free one.</summary>
    public int QueuePort { get; init; }

    /// <summary>Port of the table service; 0 takes a free one.</summary>
    public int TablePort { get; init; }

    /// <summary>Most memory that its node process may use for its heap, in MiB; null leaves node's default.
    /// A million small entities take about 1.1 GB.</summary>
    public int? HeapMebibytes { get; init; }
}
