using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace CustomerFunctions.Exports.Domain;

/// <summary>What stands around the contents of a zip file: a header before each, the directory at the end. Times are
/// left at their beginning, so that the same contents make the same file. Source: APPNOTE.TXT 6.3.10.</summary>
public sealed class ZipFrame
{
    private const ushort Version = 20;
    private const ushort NamesInUtf8 = 1 << 11;
    private const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const ushort FirstDay = (1 << 5) | 1;
    private readonly List<(byte[] Name, Entry Entry, long Offset)> _entries = [];
    private long _length;

    /// <summary>What a file in the archive is.</summary>
    private readonly record struct Entry(ushort Method, uint Crc, long Bytes, long PlainBytes);

    /// <summary>A small file, with its header.</summary>
    public byte[] Whole(string name, byte[] content) =>
        [.. Begin(name, new Entry(Stored, Crc32.HashToUInt32(content), content.Length, content.Length)), .. content];

    /// <summary>The header of a compressed file, whose bytes follow.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="figures">What it holds.</param>
    public byte[] Header(string name, BlockFigures figures) =>
        Begin(name, new Entry(Deflated, figures.Crc, figures.Bytes, figures.PlainBytes));

    /// <summary>The directory, which ends the file.</summary>
    public byte[] Directory()
    {
        using var to = new MemoryStream();
        foreach (var (name, entry, offset) in _entries)
        {
            to.Write(Numbers(0x02014b50u, Version));
            to.Write(Fields(name, entry));
            // No comment, first disk, no attributes.
            to.Write(Numbers((ushort)0, (ushort)0, (ushort)0, 0u, checked((uint)offset)));
            to.Write(name);
        }

        var count = checked((ushort)_entries.Count);
        to.Write(Numbers(
            0x06054b50u, (ushort)0, (ushort)0, count, count, checked((uint)to.Length), checked((uint)_length),
            (ushort)0));
        return to.ToArray();
    }

    private byte[] Begin(string name, Entry entry)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        byte[] header = [.. Numbers(0x04034b50u), .. Fields(utf8, entry), .. utf8];
        _entries.Add((utf8, entry, _length));
        _length += header.Length + entry.Bytes;
        return header;
    }

    private static byte[] Fields(byte[] name, Entry entry) => Numbers(
        Version, NamesInUtf8, entry.Method, (ushort)0, FirstDay, entry.Crc, checked((uint)entry.Bytes),
        checked((uint)entry.PlainBytes), (ushort)name.Length, (ushort)0);

    private static byte[] Numbers(params ReadOnlySpan<object> numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        var at = 0;
        foreach (var number in numbers)
        {
            if (number is uint whole) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), whole);
            else BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)number);
            at += number is uint ? 4 : 2;
        }

        return bytes[..at];
    }
}
