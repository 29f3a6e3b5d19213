using System.Text;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Csv;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Exports;

/// <summary>The activities of <see cref="ExportCustomers"/>.</summary>
public sealed class ExportCustomersActivities(ExportsTable exports, ExportFiles files, ProfileDirectory profiles)
{
    private const int BucketsOfPart = ProfileDirectory.Buckets / ExportPart.Count;

    /// <summary>Reads the buckets of one part and stages them as blocks. Each run stages blocks of its own, so one that
    /// was cut off leaves nothing in the file.</summary>
    [Function(nameof(StagePart))]
    public async Task<StagedPart> StagePart([ActivityTrigger] ExportPart part, CancellationToken cancel)
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

    /// <summary>Commits what the parts staged, hashes it, and ends the export with its event.</summary>
    [Function(nameof(EndExport))]
    public async Task EndExport([ActivityTrigger] ExportEnding ending, CancellationToken cancel)
    {
        var export = await exports.GetAsync(ending.Export, cancel);
        if (export.HasEnded) return;
        if (ending.Parts is not { } parts)
        {
            await exports.EndAsync(ending.Export, null, cancel);
            return;
        }

        await files.CommitAsync(ending.Export, Header(export.Order), parts, cancel);
        var (bytes, sha256) = await files.MeasureAsync(ending.Export, cancel);
        var file = new ExportFile(ExportFiles.Name(ending.Export), parts.Sum(p => p.Rows), bytes, sha256);
        await exports.EndAsync(ending.Export, file, cancel);
    }

    private static bool IsWanted(StoredProfile customer, ExportFilter filter) =>
        (filter.Kind is null || filter.Kind == CustomerFields.Word(customer.Profile.Kind))
        && (filter.Status is null
            || filter.Status == CustomerFields.Word(customer.Profile.Status ?? ProfileStatus.Active));

    private static byte[] Header(ExportOrder order)
    {
        var text = new StringBuilder();
        CsvText.AppendRecord(text, order.Fields);
        return [.. CsvText.Mark, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    private async Task StageAsync(ExportPart part, string run, int block, StringBuilder text, CancellationToken cancel)
    {
        await files.StageAsync(part.Export, part.Number, run, block, Encoding.UTF8.GetBytes(text.ToString()), cancel);
        text.Clear();
    }
}
