using System.Buffers;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace CustomerFunctions.Shared.Storage;

/// <summary>Writes a blob in blocks with a bounded buffer. Nothing of it is seen before <see cref="CommitAsync"/>, and
/// then all at once, so that a repeat or a second writer never shows half a blob.</summary>
public sealed class BlockWriter(BlockBlobClient blob, string contentType = "application/octet-stream")
{
    /// <summary>Bytes of a block, and of the buffer.</summary>
    public const int BlockBytes = 4 * 1024 * 1024;

    private const int RunLength = 3;
    private const string RunLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private string _run = "";
    private readonly List<string> _blocks = [];

    /// <summary>The version that the blob must still be; a lost race throws. Blocks get names of this run alone, of
    /// which
    /// there are 1,000: two writers of one blob never mix.</summary>
    public ETag? IfMatch
    {
        get;
        init
        {
            field = value;
            _run = value is null ? "" : Random.Shared.GetItems<char>(RunLetters, RunLength).AsSpan().ToString();
        }
    }

    /// <summary>Bytes so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds bytes.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        _buffer.Write(bytes.Span);
        Bytes += bytes.Length;
        if (_buffer.WrittenCount >= BlockBytes) await StageAsync(cancel);
    }

    /// <summary>Makes the blob, in place of one that may be there; answers its ETag.</summary>
    public async Task<string> CommitAsync(CancellationToken cancel)
    {
        var headers = new BlobHttpHeaders { ContentType = contentType };
        if (_blocks.Count == 0)
        {
            using var whole = new MemoryStream(_buffer.WrittenSpan.ToArray());
            var options = new BlobUploadOptions { HttpHeaders = headers, Conditions = Conditions };
            return (await blob.UploadAsync(whole, options, cancel)).Value.ETag.ToString();
        }

        if (_buffer.WrittenCount > 0) await StageAsync(cancel);
        var commit = new CommitBlockListOptions { HttpHeaders = headers, Conditions = Conditions };
        return (await blob.CommitBlockListAsync(_blocks, commit, cancel)).Value.ETag.ToString();
    }

    private BlobRequestConditions? Conditions =>
        IfMatch is null ? null : new BlobRequestConditions { IfMatch = IfMatch };

    private async Task StageAsync(CancellationToken cancel)
    {
        // All names of one blob must have the same length.
        var number = _blocks.Count.ToString($"D{6 - _run.Length}", CultureInfo.InvariantCulture);
        var id = Convert.ToBase64String(Encoding.ASCII.GetBytes(_run + number));
        using var block = new MemoryStream(_buffer.WrittenSpan.ToArray());
        await blob.StageBlockAsync(id, block, cancellationToken: cancel);
        _blocks.Add(id);
        _buffer.ResetWrittenCount();
    }
}
