using System.IO.Hashing;
using System.Text;

namespace CustomerFunctions.Exports.Domain;

/// <summary>Turns rows into blocks of a file. Memory holds one block.</summary>
public sealed class BlockMaker(FileFormat format, IReadOnlyList<ExportColumn> columns) : IDisposable
{
    /// <summary>Bytes of a block, about.</summary>
    public const int BlockBytes = 4 * 1024 * 1024;

    // Encoded whenever so much has gathered.
    private const int TextChars = 32 * 1024;

    private readonly MemoryStream _block = new();
    private readonly StringBuilder _text = new();
    private readonly Crc32 _crc = new();
    private Stream? _opened;
    private long _rows;
    private long _plainBytes;

    /// <summary>True when the block should be taken before another row comes.</summary>
    public bool IsFull => _block.Length >= BlockBytes || _rows >= format.BlockRowsMax;

    /// <summary>True when there is nothing to take.</summary>
    public bool IsEmpty => _rows == 0;

    /// <summary>Adds a row.</summary>
    public void Add(IReadOnlyList<string?> cells)
    {
        format.AppendRow(_text, columns, cells);
        _rows++;
        if (_text.Length >= TextChars) Write();
    }

    /// <summary>The block so far; the next row begins another.</summary>
    public (ReadOnlyMemory<byte> Bytes, BlockFigures Figures) Take()
    {
        Write();
        format.Seal(_opened!);
        var bytes = _block.ToArray();
        var figures = new BlockFigures(_rows, bytes.Length, _plainBytes, _crc.GetCurrentHashAsUInt32());
        if (_opened != _block) _opened?.Dispose();
        _opened = null;
        _block.SetLength(0);
        _crc.Reset();
        (_rows, _plainBytes) = (0, 0);
        return (bytes, figures);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _opened?.Dispose();
        _block.Dispose();
    }

    private void Write()
    {
        // Whole rows, so that no character is cut in two.
        var bytes = Encoding.UTF8.GetBytes(_text.ToString());
        _text.Clear();
        (_opened ??= format.Open(_block)).Write(bytes);
        if (format.NeedsFigures) _crc.Append(bytes);
        _plainBytes += bytes.Length;
    }
}
