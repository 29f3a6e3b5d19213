using System.Text;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>The files of rejected rows: container <c>import-results</c>, <c>{env}/{import id}/rejected.csv</c>.
/// </summary>
public sealed class ImportResults(StorageAccount storage)
{
    /// <summary>The container.</summary>
    public const string ContainerName = "import-results";

    /// <summary>A writer of the file.</summary>
    public RejectedRowsFile Write(ImportRecord import) => new(
        new BlockWriter(Blob(storage, import.Environment, import.ImportId), CsvText.ContentType),
            import.Shape!.Headers);

    /// <summary>The file, streamed.</summary>
    public Task<Stream> OpenAsync(AppEnvironment env, string importId, CancellationToken cancel) =>
        Blob(storage, env, importId).OpenReadAsync(cancellationToken: cancel);

    /// <summary>Removes everything that is kept of an import: its rejected rows and what it has written.</summary>
    public async Task RemoveAsync(AppEnvironment env, string importId, CancellationToken cancel)
    {
        var container = storage.Container(ContainerName);
        var blobs = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{env.Name()}/{importId}/", cancel);
        await foreach (var blob in blobs) await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancel);
    }

    internal static BlockBlobClient Blob(StorageAccount storage, AppEnvironment env, string importId) =>
        storage.Container(ContainerName).GetBlockBlobClient($"{env.Name()}/{importId}/rejected.csv");
}

/// <summary>Writes rejected rows: line, column, code, reason, then the file's own columns.</summary>
public sealed class RejectedRowsFile(BlockWriter blob, IReadOnlyList<string> headers)
{
    private const int TextLengthMax = 64 * 1024;
    private readonly StringBuilder _text = Begin(headers);
    private bool _begun;

    /// <summary>Adds one row.</summary>
    public async Task AddAsync(RejectedRow row, CancellationToken cancel)
    {
        // A row with too few cells still fills its columns, so that every record has the header's width at least.
        var cells = row.Cells.Concat(Enumerable.Repeat("", Math.Max(0, headers.Count - row.Cells.Count)));
        CsvText.AppendRecord(_text, [$"{row.Line}", row.Column, row.Code, row.Reason, .. cells]);
        if (_text.Length >= TextLengthMax) await FlushAsync(cancel);
    }

    /// <summary>Makes the file.</summary>
    public async Task CommitAsync(CancellationToken cancel)
    {
        await FlushAsync(cancel);
        await blob.CommitAsync(cancel);
    }

    private static StringBuilder Begin(IReadOnlyList<string> headers)
    {
        var text = new StringBuilder();
        CsvText.AppendRecord(text, ["line", "column", "code", "reason", .. headers]);
        return text;
    }

    private async Task FlushAsync(CancellationToken cancel)
    {
        if (!_begun) await blob.WriteAsync(CsvText.Mark.ToArray(), cancel);
        _begun = true;
        await blob.WriteAsync(Encoding.UTF8.GetBytes(_text.ToString()), cancel);
        _text.Clear();
    }
}
