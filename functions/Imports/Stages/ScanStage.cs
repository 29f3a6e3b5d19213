using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;

namespace CustomerFunctions.Imports.Stages;

/// <summary>The pass over the whole file.</summary>
public sealed class ScanStage(ImportFiles files, WorkBlobs work)
{
    /// <summary>Cuts the file into ranges and answers how many.</summary>
    public async Task<ScanResult> RunAsync(ImportRecord import, CancellationToken cancel)
    {
        var shape = import.Shape!;
        var cutter = new RangeCutter(shape);
        await using var data = await files.OpenAsync(import.Source!, shape.DataOffset, cancel);
        int read;
        do read = await data.ReadAtLeastAsync(cutter.Free, cutter.Free.Length, throwOnEndOfStream: false, cancel);
        while (cutter.Take(read));
        await work.WriteRangesAsync(import.ImportId, cutter.Ranges, cancel);
        return new ScanResult(cutter.Ranges.Count, cutter.Rows, cutter.Encoding);
    }
}
