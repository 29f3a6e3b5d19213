using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace CustomerFunctions.Local.Host.Blobs;

/// <summary>What became of one version of a blob for one function.</summary>
/// <param name="Attempts">How often the function was called for it and failed.</param>
/// <param name="IsClosed">Whether it is not called again.</param>
internal sealed record BlobReceipt(int Attempts, bool IsClosed);

/// <summary>Table {prefix}BlobReceipts: PK function name, RK SHA-256 of container, name and ETag in hex, with
/// Blob (the path), Attempts, State (done, failed or poison) and, for poison, Fault. One query: all of a function,
/// at start; after that the receipts are known.</summary>
internal sealed class BlobReceiptTable(LocalHostOptions options)
{
    // Table properties hold 64 KiB in UTF-16.
    private const int FaultCharactersMax = 30_000;

    private readonly TableClient _table = new(options.StorageConnection, options.Prefix + "BlobReceipts");

    public Task CreateAsync(CancellationToken cancel) => _table.CreateIfNotExistsAsync(cancel);

    public static string Key(string path, ETag version) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{path}\n{version}")));

    public async Task<Dictionary<string, BlobReceipt>> ReadAsync(string function, CancellationToken cancel)
    {
        var receipts = new Dictionary<string, BlobReceipt>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {function}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            receipts[row.RowKey] = new(row.GetInt32("Attempts") ?? 0, row.GetString("State") != "failed");
        return receipts;
    }

    public Task WriteAsync(
        string function, string key, string path, BlobReceipt receipt, Exception? fault, CancellationToken cancel)
    {
        var row = new TableEntity(function, key)
        {
            ["Blob"] = path,
            ["Attempts"] = receipt.Attempts,
            ["State"] = fault is null ? "done" : receipt.IsClosed ? "poison" : "failed",
            ["Fault"] = Shortened(fault?.ToString()),
        };
        return _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancel);
    }

    private static string? Shortened(string? text) =>
        text is { Length: > FaultCharactersMax } ? text[..FaultCharactersMax] : text;
}
