using Azure.Data.Tables;

namespace CustomerFunctions.Shared.Storage;

/// <summary>JSON documents inside table rows, spread over binary properties of at most 60 KiB each.</summary>
public static class TableRows
{
    /// <summary>Bytes in one property; the service takes 64 KiB.</summary>
    public const int PropertyBytesMax = 60 * 1024;

    /// <summary>Writes a document into <c>{name}</c>, <c>{name}1</c>, <c>{name}2</c>, ….</summary>
    public static void SetDocument(this TableEntity row, string name, ReadOnlyMemory<byte> utf8)
    {
        for (var (i, from) = (0, 0); i == 0 || from < utf8.Length; i++, from += PropertyBytesMax)
        {
            var part = utf8.Slice(from, Math.Min(PropertyBytesMax, utf8.Length - from));
            row[PartName(name, i)] = part.ToArray();
        }
    }

    /// <summary>Reads what <see cref="SetDocument"/> wrote, or null when there is nothing.</summary>
    public static byte[]? GetDocument(this TableEntity row, string name)
    {
        if (row.GetBinary(name) is not { } first) return null;
        if (row.GetBinary(PartName(name, 1)) is null) return first;
        using var whole = new MemoryStream();
        for (var i = 0; row.GetBinary(PartName(name, i)) is { } part; i++) whole.Write(part);
        return whole.ToArray();
    }

    /// <summary>The filter for one partition's rows from one key up to, but not with, another.</summary>
    public static string Range(string partition, string from, string before) => TableClient.CreateQueryFilter(
        $"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {before}");

    private static string PartName(string name, int i) => i == 0 ? name : name + i;
}
