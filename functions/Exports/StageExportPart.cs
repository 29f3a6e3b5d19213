using System.Text;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Csv;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Exports;

/// <summary>Activity: reads the buckets of one part and stages them as blocks. Each run stages blocks of its own, so
/// one that
/// was cut off leaves nothing in the file.</summary>
public sealed class StageExportPart(ExportsTable exports, ExportFiles files, ProfileDirectory profiles)
{
    private const int BucketsOfPart = ProfileDirectory.Buckets / ExportPart.Count;

    [Function(nameof(StageExportPart))]
    public async Task<StagedPart> Run([ActivityTrigger] ExportPart part, CancellationToken cancel)
    {
        var order = (await exports.GetAsync(part.Export, cancel)).Order;
        var columns = order.Fields.Select(name => CustomerFields.Find(name)!).ToList();
        var (run, text, blocks, rows) = (Guid.NewGuid().ToString("n"), new StringBuilder(), 0, 0L);
        for (var bucket = part.Number * BucketsOfPart; bucket < (part.Number + 1) * BucketsOfPart; bucket++)
            await foreach (var customer in profiles.ReadBucketAsync(part.Export.Environment, bucket, cancel))
            {
                if (!IsWanted(customer, order.Filter)) continue;
                CsvText.AppendRecord(text, columns.Select(c => c.Cell(customer)));
                rows++;
                if (text.Length < ExportFiles.BlockBytes) continue;
                await StageAsync(part, run, blocks++, text, cancel);
            }

        if (text.Length > 0) await StageAsync(part, run, blocks++, text, cancel);
        return new StagedPart(part.Number, run, blocks, rows);
    }

    private static bool IsWanted(StoredProfile customer, ExportFilter filter) =>
        (filter.Kind is null || filter.Kind == CustomerFields.Word(customer.Profile.Kind))
        && (filter.Status is null
            || filter.Status == CustomerFields.Word(customer.Profile.Status ?? ProfileStatus.Active));

    private async Task StageAsync(ExportPart part, string run, int block, StringBuilder text, CancellationToken cancel)
    {
        await files.StageAsync(part.Export, part.Number, run, block, Encoding.UTF8.GetBytes(text.ToString()), cancel);
        text.Clear();
    }
}
