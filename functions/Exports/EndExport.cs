using System.Text;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Csv;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Exports;

/// <summary>Activity: commits what the parts staged, hashes it, and ends the export with its event.</summary>
public sealed class EndExport(ExportsTable exports, ExportFiles files)
{
    [Function(nameof(EndExport))]
    public async Task Run([ActivityTrigger] ExportEnding ending, CancellationToken cancel)
    {
        var export = await exports.GetAsync(ending.Export, cancel);
        if (export.HasEnded)
        {
            await RemoveWithdrawnAsync(ending.Export, cancel);
            return;
        }

        if (ending.Parts is not { } parts)
        {
            await exports.EndAsync(ending.Export, null, cancel);
            return;
        }

        await files.CommitAsync(ending.Export, Header(export.Order), parts, cancel);
        var (bytes, sha256) = await files.MeasureAsync(ending.Export, cancel);
        var file = new ExportFile(ExportFiles.Name(ending.Export), parts.Sum(p => p.Rows), bytes, sha256);
        await exports.EndAsync(ending.Export, file, cancel);
        await RemoveWithdrawnAsync(ending.Export, cancel);
    }

    // A customer was erased while it was at work, so the file holds what must not be given out.
    private async Task RemoveWithdrawnAsync(ExportRef export, CancellationToken cancel)
    {
        if ((await exports.GetAsync(export, cancel)).WithdrawnAt is not null) await files.RemoveAsync(export, cancel);
    }

    private static byte[] Header(ExportOrder order)
    {
        var text = new StringBuilder();
        CsvText.AppendRecord(text, order.Fields);
        return [.. CsvText.Mark, .. Encoding.UTF8.GetBytes(text.ToString())];
    }
}
