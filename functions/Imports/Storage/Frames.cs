using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>Reads one frame.</summary>
public static class Frame
{
    /// <summary>What the frame holds.</summary>
    public static T Read<T>(byte[] frame, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(frame, writable: false));
        return read(reader);
    }
}

/// <summary>Frames in memory.</summary>
public sealed class FrameBuffer
{
    private readonly MemoryStream _stream = new();
    private readonly BinaryWriter _writer;

    public FrameBuffer() => _writer = new BinaryWriter(_stream);

    /// <summary>The frames so far.</summary>
    public ReadOnlyMemory<byte> Bytes => _stream.GetBuffer().AsMemory(0, (int)_stream.Length);

    /// <summary>Adds one frame.</summary>
    public void Add(Action<BinaryWriter> write)
    {
        var start = _stream.Position;
        _writer.Write(0);
        write(_writer);
        var end = _stream.Position;
        _stream.Position = start;
        _writer.Write((int)(end - start - 4));
        _stream.Position = end;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => _stream.SetLength(0);
}

/// <summary>Writes frames to a blob with a bounded buffer.</summary>
public sealed class FrameWriter(BlockWriter blob)
{
    private readonly FrameBuffer _frame = new();

    /// <summary>Adds one frame.</summary>
    public async Task AddAsync(Action<BinaryWriter> write, CancellationToken cancel)
    {
        _frame.Clear();
        _frame.Add(write);
        await blob.WriteAsync(_frame.Bytes, cancel);
    }

    /// <summary>Makes the blob.</summary>
    public Task CommitAsync(CancellationToken cancel) => blob.CommitAsync(cancel);
}
