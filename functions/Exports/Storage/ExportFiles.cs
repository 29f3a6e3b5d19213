using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Exports.Storage;

/// <summary>
/// The exported files: container <c>exports</c>, blob <c>{env}/{export id}.csv</c> (or <c>.csv.gz</c>, <c>.xlsx</c>),
/// and its manifest <c>{env}/{export id}.manifest.json</c>. Parts stage blocks of the final blob; one commit makes it.
/// Nothing is seen before.
/// </summary>
public sealed class ExportFiles(StorageAccount storage, SignedLinks links)
{
    /// <summary>The container.</summary>
    public const string ContainerName = "exports";

    /// <summary>How long a link to a file holds.</summary>
    public static readonly TimeSpan LinkAge = TimeSpan.FromMinutes(15);

    // Stands where a part's number would, and a run's name: pieces of the file that no part has.
    private const int Frame = -1;
    private const string FrameRun = "frame";

    /// <summary>The blob of an export's file.</summary>
    public static string Name(ExportRecord export) =>
        Name(export.Environment, export.ExportId, FileFormat.Of(export.Order).Extension);

    /// <summary>The blob of a plain CSV file.</summary>
    public static string Name(ExportRef export) => Name(export.Environment, export.ExportId, ".csv");

    /// <summary>The blob of an export's manifest.</summary>
    public static string ManifestName(ExportRecord export) =>
        Name(export.Environment, export.ExportId, ".manifest.json");

    /// <summary>Stages one block of a part.</summary>
    public Task StageAsync(
        ExportRecord export, int part, string run, int block, ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        StageAsync(Blob(export), BlockId(part, run, block), bytes, cancel);

    /// <summary>Makes the file of its pieces in order; made already, it is made the same again.</summary>
    public async Task CommitAsync(ExportRecord export, IEnumerable<FilePiece> pieces, CancellationToken cancel)
    {
        var (blob, blocks, frames) = (Blob(export), new List<string>(), 0);
        using var gathered = new MemoryStream();
        foreach (var piece in pieces)
        {
            if (piece.Part is null) gathered.Write(piece.Bytes.Span);
            else
            {
                await StageGatheredAsync();
                blocks.Add(BlockId(piece.Part.Number, piece.Part.Run, piece.Block));
            }
        }

        await StageGatheredAsync();
        var headers = new BlobHttpHeaders { ContentType = FileFormat.Of(export.Order).ContentType };
        await blob.CommitBlockListAsync(blocks, new CommitBlockListOptions { HttpHeaders = headers }, cancel);
        return;

        async Task StageGatheredAsync()
        {
            if (gathered.Length == 0) return;
            blocks.Add(BlockId(Frame, FrameRun, frames++));
            await StageAsync(blob, blocks[^1], gathered.ToArray(), cancel);
            gathered.SetLength(0);
        }
    }

    /// <summary>Length and SHA-256 of the file, by reading it once.</summary>
    public async Task<(long Bytes, string Sha256)> MeasureAsync(ExportRecord export, CancellationToken cancel)
    {
        await using var file = await Blob(export).OpenReadAsync(cancellationToken: cancel);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, bytes) = (new byte[128 * 1024], 0L);
        for (int read; (read = await file.ReadAsync(buffer, cancel)) > 0; bytes += read)
            sha256.AppendData(buffer, 0, read);
        return (bytes, Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }

    /// <summary>Writes the manifest beside the file; the same whenever it is written.</summary>
    public Task WriteManifestAsync(ExportRecord export, ExportManifest manifest, CancellationToken cancel) =>
        Manifest(export).UploadAsync(
            BinaryData.FromString(Json.Write(manifest)),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } }, cancel);

    /// <summary>Opens a file to read; null when it is gone.</summary>
    public async Task<Stream?> OpenAsync(ExportFile file, CancellationToken cancel)
    {
        var blob = storage.Container(ContainerName).GetBlobClient(file.Blob);
        return await blob.ExistsAsync(cancel) ? await blob.OpenReadAsync(cancellationToken: cancel) : null;
    }

    /// <summary>Removes file, manifest, and what parts have staged.</summary>
    public async Task RemoveAsync(ExportRecord export, CancellationToken cancel)
    {
        // Blocks that were never committed go only when something is written in their place.
        using var nothing = new MemoryStream();
        await Blob(export).UploadAsync(nothing, cancellationToken: cancel);
        await Blob(export).DeleteIfExistsAsync(cancellationToken: cancel);
        await Manifest(export).DeleteIfExistsAsync(cancellationToken: cancel);
    }

    /// <summary>A link that holds for <see cref="LinkAge"/> and saves under a friendly name.</summary>
    public Task<Uri> LinkAsync(string blobName, string saveAs, string contentType, CancellationToken cancel) =>
        links.SignAsync(
            storage.Container(ContainerName).GetBlobClient(blobName), BlobSasPermissions.Read, LinkAge,
            terms =>
            {
                terms.ContentDisposition = $"attachment; filename=\"{saveAs}\"";
                terms.ContentType = contentType;
            },
            cancel);

    private static string Name(AppEnvironment environment, string exportId, string extension) =>
        $"{environment.Name()}/{exportId}{extension}";

    private static async Task StageAsync(
        BlockBlobClient blob, string id, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        using var content = new MemoryStream(bytes.ToArray(), writable: false);
        await blob.StageBlockAsync(id, content, cancellationToken: cancel);
    }

    // All ids of one blob must have the same length.
    private static string BlockId(int part, string run, int block) => Convert.ToBase64String(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{part + 1:D3}-{Hash.Hex(run)[..16]}-{block:D6}")));

    private BlockBlobClient Blob(ExportRecord export) =>
        storage.Container(ContainerName).GetBlockBlobClient(Name(export));

    private BlobClient Manifest(ExportRecord export) =>
        storage.Container(ContainerName).GetBlobClient(ManifestName(export));
}
