using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml;
using CustomerFunctions.Exports.Domain;

namespace CustomerFunctions.Exports;

/// <summary>What an exported file says, text by text, whatever its format; for erasures. Memory does not grow with the
/// file.</summary>
public static class ExportTexts
{
    private static readonly XmlReaderSettings Xml = new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
    };

    /// <summary>The lines of a CSV file, or the cells of a workbook. Doubled quotes read as one.</summary>
    public static IAsyncEnumerable<string> ReadAsync(Stream file, ExportOrder order, CancellationToken cancel) =>
        order.Format == FileFormat.Xlsx ? CellsAsync(file, cancel)
        : order.Compress ? LinesAsync(new GZipStream(file, CompressionMode.Decompress), cancel)
        : LinesAsync(file, cancel);

    private static async IAsyncEnumerable<string> LinesAsync(
        Stream file, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var lines = new StreamReader(file, Encoding.UTF8);
        while (await lines.ReadLineAsync(cancel) is { } line) yield return line.Replace("\"\"", "\"");
    }

    private static async IAsyncEnumerable<string> CellsAsync(
        Stream file, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var zip = await ZipArchive.CreateAsync(
            file, ZipArchiveMode.Read, leaveOpen: false, Encoding.UTF8, cancel);
        foreach (var entry in zip.Entries)
        {
            if (!entry.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal)) continue;
            await using var sheet = await entry.OpenAsync(cancel);
            using var reader = XmlReader.Create(sheet, Xml);
            while (await reader.ReadAsync())
                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace)
                    yield return await reader.GetValueAsync();
        }
    }
}
