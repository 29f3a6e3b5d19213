using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using Amqp;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>The shim between a socket and AMQPNetLite: it speaks SASL itself, and hands frames on whole.</summary>
internal sealed class AmqpTransport : IAsyncTransport
{
    private const int HeaderBytes = 8;
    private const byte SaslProtocol = 3;
    // More than the largest frame that the listener announces (64 kB).
    private const int FrameBytesMax = 1 << 20;

    // sasl-mechanisms(MSSBCBS, PLAIN, ANONYMOUS) and sasl-outcome(ok), AMQP 1.0 part 5, section 5.3.3.
    // Any name and password are good: this is a development host.
    private static readonly byte[] SaslHeader = [.. "AMQP"u8, SaslProtocol, 1, 0, 0];
    private static readonly byte[] Mechanisms = SaslFrame(
    [
        0x00, 0x53, 0x40, 0xC0, 29, 1, 0xE0, 26, 3, 0xA3,
        7, .. "MSSBCBS"u8, 5, .. "PLAIN"u8, 9, .. "ANONYMOUS"u8,
    ]);

    private static readonly byte[] Accepted = SaslFrame([0x00, 0x53, 0x44, 0xC0, 3, 1, 0x50, 0x00]);

    private readonly NetworkStream _stream;
    private readonly PipeReader _reader;
    private ReadOnlyMemory<byte> _ready;

    private AmqpTransport(NetworkStream stream)
    {
        _stream = stream;
        _reader = PipeReader.Create(stream);
    }

    /// <summary>Shakes hands up to and with the client's AMQP header. AMQPNetLite would send its own header right
    /// behind the SASL outcome, on which the JavaScript client hangs at times; so it is told only now.</summary>
    public static async Task<AmqpTransport> AcceptAsync(Socket socket, CancellationToken cancel)
    {
        var transport = new AmqpTransport(new NetworkStream(socket, ownsSocket: true));
        try
        {
            var header = await transport.TakeAsync(HeaderBytes, cancel);
            if (header[4] == SaslProtocol)
            {
                await transport._stream.WriteAsync(SaslHeader, cancel);
                await transport._stream.WriteAsync(Mechanisms, cancel);
                await transport.TakeFrameAsync(cancel);
                await transport._stream.WriteAsync(Accepted, cancel);
                header = await transport.TakeAsync(HeaderBytes, cancel);
            }

            transport._ready = header;
            return transport;
        }
        catch
        {
            transport.Close();
            throw;
        }
    }

    public void SetConnection(Connection connection)
    {
        // The shim needs nothing of it.
    }

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(listSize);
        var length = 0;
        foreach (var buffer in bufferList)
        {
            buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).CopyTo(bytes.AsSpan(length));
            length += buffer.Length;
        }

        await _stream.WriteAsync(bytes.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        if (_ready.Length == 0)
        {
            var frame = await TakeFrameAsync(CancellationToken.None);
            if (frame.Length == 0) return 0;
            AmqpKeys.Retype(frame);
            _ready = frame;
        }

        var taken = Math.Min(count, _ready.Length);
        _ready[..taken].CopyTo(buffer.AsMemory(offset));
        _ready = _ready[taken..];
        return taken;
    }

    public void Send(ByteBuffer buffer) => _stream.Write(buffer.Buffer, buffer.Offset, buffer.Length);

    public int Receive(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The listener reads asynchronously only.");

    public void Close() => _stream.Dispose();

    private static byte[] SaslFrame(ReadOnlySpan<byte> body)
    {
        var frame = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        // Data offset of two words, then the frame type that stands for SASL.
        (frame[4], frame[5]) = (2, 1);
        body.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    private async Task<byte[]> TakeFrameAsync(CancellationToken cancel)
    {
        var start = await _reader.ReadAtLeastAsync(sizeof(int), cancel);
        if (start.Buffer.Length < sizeof(int)) return [];
        var size = Size(start.Buffer);
        _reader.AdvanceTo(start.Buffer.Start);
        return await TakeAsync(size, cancel);
    }

    private static int Size(ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        buffer.Slice(0, sizeof(int)).CopyTo(bytes);
        var size = BinaryPrimitives.ReadInt32BigEndian(bytes);
        return size is >= HeaderBytes and <= FrameBytesMax
            ? size
            : throw new InvalidDataException($"A frame of {size} bytes is out of bounds.");
    }

    private async Task<byte[]> TakeAsync(int count, CancellationToken cancel)
    {
        var read = await _reader.ReadAtLeastAsync(count, cancel);
        if (read.Buffer.Length < count) throw new EndOfStreamException("The client closed the connection.");
        var taken = read.Buffer.Slice(0, count);
        var bytes = taken.ToArray();
        _reader.AdvanceTo(taken.End);
        return bytes;
    }
}
