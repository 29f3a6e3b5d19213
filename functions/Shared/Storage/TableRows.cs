using System.IO.Compression;
using Azure.Data.Tables;

namespace CustomerFunctions.Shared.Storage;

/// <summary>JSON documents inside table rows, spread over binary properties of at most 60 KiB each. Large ones are
/// compressed: a transaction takes 4 MiB, and a wallet of 10,000 lots must fit one.</summary>
public static class TableRows
{
    /// <summary>Bytes in one property; the service takes 64 KiB.</summary>
    public const int PropertyBytesMax = 60 * 1024;

    /// <summary>Documents from this size on are compressed.</summary>
    public const int CompressedFrom = 8 * 1024;

    /// <summary>Writes a document into <c>{name}</c>, <c>{name}1</c>, <c>{name}2</c>, ….</summary>
    public static void SetDocument(this TableEntity row, string name, ReadOnlyMemory<byte> utf8)
    {
        var bytes = utf8.Length < CompressedFrom ? utf8 : Compressed(utf8);
        for (var (i, from) = (0, 0); i == 0 || from < bytes.Length; i++, from += PropertyBytesMax)
        {
            var part = bytes.Slice(from, Math.Min(PropertyBytesMax, bytes.Length - from));
            row[PartName(name, i)] = part.ToArray();
        }
    }

    /// <summary>Reads what <see cref="SetDocument"/> wrote, or null when there is nothing.</summary>
    public static byte[]? GetDocument(this TableEntity row, string name)
    {
        if (row.GetBinary(name) is not { } first) return null;
        if (row.GetBinary(PartName(name, 1)) is null) return Plain(first);
        using var whole = new MemoryStream();
        for (var i = 0; row.GetBinary(PartName(name, i)) is { } part; i++) whole.Write(part);
        return Plain(whole.ToArray());
    }

    /// <summary>The names of all properties that a document may be spread over.</summary>
    public static IEnumerable<string> PropertiesOf(string name)
    {
        // Source: an entity has at most 1 MiB.
        const int partsMax = 1024 * 1024 / PropertyBytesMax;
        return Enumerable.Range(0, partsMax + 1).Select(i => PartName(name, i));
    }

    /// <summary>The filter for one partition's rows from one key up to, but not with, another.</summary>
    public static string Range(string partition, string from, string before) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {before}");

    private static byte[] Compressed(ReadOnlyMemory<byte> utf8)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest)) gzip.Write(utf8.Span);
        return to.ToArray();
    }

    // No JSON begins like a gzip file.
    private static byte[] Plain(byte[] bytes)
    {
        if (bytes is not [0x1F, 0x8B, ..]) return bytes;
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)) gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static string PartName(string name, int i) => i == 0 ? name : name + i;
}
