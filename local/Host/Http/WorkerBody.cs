using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CustomerFunctions.Local.Host.Http;

/// <summary>A request body with the worker's own limit, which an app may move up to the host's.
/// Kestrel's limit stays above it, so that the rest is still taken off the wire and the answer arrives.</summary>
internal sealed class WorkerBody(HttpRequest request, Stream inner, long? bytesMax)
    : Stream, IHttpMaxRequestBodySizeFeature
{
    private long _read;

    public bool IsReadOnly { get; private set; }

    public long? MaxRequestBodySize { get; set; } = bytesMax;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        IsReadOnly = true;
        RefuseAbove(request.ContentLength ?? 0);
        var count = await inner.ReadAsync(buffer, cancellationToken);
        _read += count;
        RefuseAbove(_read);
        return count;
    }

    public override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Kestrel refuses reads that block, and so does its stream within.
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void RefuseAbove(long bytes)
    {
        if (bytes > MaxRequestBodySize)
            throw new BadHttpRequestException(
                $"Request body too large. The max request body size is {MaxRequestBodySize} bytes.",
                StatusCodes.Status413PayloadTooLarge);
    }
}
