using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;

namespace CustomerFunctions.Imports.Customers;

/// <summary>The pass over the whole file.</summary>
public sealed class ScanStage(ImportFiles files, WorkBlobs work)
{
    /// <summary>Cuts the file into ranges and answers how many.</summary>
    public async Task<ScanResult> RunAsync(ImportRecord import, CancellationToken cancel)
    {
        var shape = import.Shape!;
        var cutter = new RangeCutter(shape.Encoding, shape.Separator, shape.DataOffset, 1 + shape.HeaderLines);
        await using var data = await files.OpenAsync(import.Source!, shape.DataOffset, cancel);
        var (ranges, rows, encoding) = await cutter.CutAsync(data, cancel);
        await work.WriteRangesAsync(import.ImportId, ranges, cancel);
        return new ScanResult(ranges.Count, rows, encoding);
    }
}
