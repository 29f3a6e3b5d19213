using System.Buffers;
using System.Buffers.Binary;
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
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The frames so far.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Adds one frame.</summary>
    public void Add(Action<BinaryWriter> write)
    {
        using var frame = new MemoryStream(512);
        using var writer = new BinaryWriter(frame);
        write(writer);
        writer.Flush();
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), (int)frame.Length);
        _bytes.Advance(sizeof(int));
        _bytes.Write(frame.GetBuffer().AsSpan(0, (int)frame.Length));
    }

    /// <summary>Empties it.</summary>
    public void Clear() => _bytes.ResetWrittenCount();
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
