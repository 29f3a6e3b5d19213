using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Exports;

/// <summary>Activity: commits what the parts staged, hashes it, writes the manifest, and ends the export with its
/// event. Of an export that gives out no file nothing is left.</summary>
public sealed class EndExport(
    ExportsTable exports, ExportFiles files, ExportKinds kinds, DueIndex due,
    IOptions<ExportsOptions> options, TimeProvider clock)
{
    [Function(nameof(EndExport))]
    public async Task Run([ActivityTrigger] ExportEnding ending, CancellationToken cancel)
    {
        var export = await exports.GetAsync(ending.Export, cancel);
        if (!export.HasEnded)
        {
            var file = ending.Parts is { } parts && export.WithdrawnAt is null
                ? await CommitAsync(export, parts, cancel)
                : null;
            var now = clock.GetUtcNow();
            var expiresAt = now + options.Value.KeepTime;
            if (file is not null)
                await due.MarkAsync(
                    SweepExports.DueKind, SweepExports.Subject(ending.Export), DueIndex.SlotOf(expiresAt), cancel);
            export = await exports.DoChangeAsync(
                ending.Export, before => ExportMoves.End(before, file, now, expiresAt), cancel);
        }

        if (export.File is null) await files.RemoveAsync(export, cancel);
    }

    private async Task<ExportFile> CommitAsync(
        ExportRecord export, IReadOnlyList<StagedPart> parts, CancellationToken cancel)
    {
        var format = FileFormat.Of(export.Order);
        var ordered = parts.OrderBy(p => p.Number).ToList();
        await files.CommitAsync(export, format.Compose(kinds.ColumnsOf(export.Order), ordered), cancel);
        var (bytes, sha256) = await files.MeasureAsync(export, cancel);
        var file = new ExportFile(ExportFiles.Name(export), parts.Sum(p => p.Rows), bytes, sha256);
        await files.WriteManifestAsync(export, ExportManifest.Of(export, file), cancel);
        return file;
    }
}
