using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Exports.Storage;

/// <summary>
/// The exported files: container <c>exports</c>, blob <c>{env}/{export id}.csv</c>. Parts stage blocks of the final
/// blob; one commit makes it, header first. Nothing is seen before.
/// </summary>
public sealed class ExportFiles(StorageAccount storage, TimeProvider clock)
{
    /// <summary>The container.</summary>
    public const string ContainerName = "exports";

    /// <summary>Bytes of a block, about: the part's buffer.</summary>
    public const int BlockBytes = 4 * 1024 * 1024;

    /// <summary>How long a link to a file holds.</summary>
    public static readonly TimeSpan LinkAge = TimeSpan.FromMinutes(15);

    /// <summary>How far a link's beginning is dated back, for clocks that differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>The blob's name.</summary>
    public static string Name(ExportRef export) => $"{export.Environment.Name()}/{export.ExportId}.csv";

    /// <summary>Stages one block of a part.</summary>
    public async Task StageAsync(
        ExportRef export, int part, string run, int block, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        using var content = new MemoryStream(bytes.ToArray(), writable: false);
        await Blob(export).StageBlockAsync(BlockId(part, run, block), content, cancellationToken: cancel);
    }

    /// <summary>Makes the file of a header and all parts in order; made already, it is made the same again.</summary>
    public async Task CommitAsync(
        ExportRef export, ReadOnlyMemory<byte> header, IReadOnlyList<StagedPart> parts, CancellationToken cancel)
    {
        const string headerRun = "header";
        await StageAsync(export, -1, headerRun, 0, header, cancel);
        IEnumerable<string> blocks = [BlockId(-1, headerRun, 0)];
        foreach (var part in parts.OrderBy(p => p.Number))
            blocks = blocks.Concat(Enumerable.Range(0, part.Blocks).Select(b => BlockId(part.Number, part.Run, b)));
        var options = new CommitBlockListOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = CsvText.ContentType },
        };
        await Blob(export).CommitBlockListAsync(blocks, options, cancel);
    }

    /// <summary>Length and SHA-256 of the file, by reading it once.</summary>
    public async Task<(long Bytes, string Sha256)> MeasureAsync(ExportRef export, CancellationToken cancel)
    {
        await using var file = await Blob(export).OpenReadAsync(cancellationToken: cancel);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, bytes) = (new byte[128 * 1024], 0L);
        for (int read; (read = await file.ReadAsync(buffer, cancel)) > 0; bytes += read)
            sha256.AppendData(buffer, 0, read);
        return (bytes, Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }

    /// <summary>The lines of a file, one after the other; none when it is gone.</summary>
    public async IAsyncEnumerable<string> ReadLinesAsync(
        ExportFile file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var blob = storage.Container(ContainerName).GetBlobClient(file.Blob);
        if (!await blob.ExistsAsync(cancel)) yield break;
        using var lines = new StreamReader(await blob.OpenReadAsync(cancellationToken: cancel), Encoding.UTF8);
        while (await lines.ReadLineAsync(cancel) is { } line) yield return line;
    }

    /// <summary>Removes a file.</summary>
    public Task RemoveAsync(ExportRef export, CancellationToken cancel) =>
        Blob(export).DeleteIfExistsAsync(cancellationToken: cancel);

    /// <summary>A link that holds for <see cref="LinkAge"/> and saves under a friendly name.</summary>
    public async Task<Uri> LinkAsync(ExportFile file, string saveAs, CancellationToken cancel)
    {
        var blob = storage.Container(ContainerName).GetBlobClient(file.Blob);
        var now = clock.GetUtcNow();
        var signed = new BlobSasBuilder(BlobSasPermissions.Read, now + LinkAge)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            StartsOn = now - ClockSkew,
            ContentDisposition = $"attachment; filename=\"{saveAs}\"",
            ContentType = CsvText.ContentType,
        };
        if (blob.CanGenerateSasUri) return blob.GenerateSasUri(signed);
        var key = await storage.Blobs.GetUserDelegationKeyAsync(now - ClockSkew, now + LinkAge, cancel);
        return new BlobUriBuilder(blob.Uri) { Sas = signed.ToSasQueryParameters(key.Value, blob.AccountName) }.ToUri();
    }

    // All ids of one blob must have the same length.
    private static string BlockId(int part, string run, int block) => Convert.ToBase64String(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{part + 1:D3}-{Hash.Hex(run)[..16]}-{block:D6}")));

    private BlockBlobClient Blob(ExportRef export) =>
        storage.Container(ContainerName).GetBlockBlobClient(Name(export));
}
