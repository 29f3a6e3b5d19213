using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Exports;

/// <summary>Activity: begins an export and cuts it into parts; none when it was called off.</summary>
public sealed class CutExport(ExportsTable exports, ExportKinds kinds, TimeProvider clock)
{
    [Function(nameof(CutExport))]
    public async Task<IReadOnlyList<ExportPart>> Run([ActivityTrigger] ExportRef export, CancellationToken cancel)
    {
        var record = await exports.GetAsync(export, cancel);
        if (record.HasEnded) return [];
        var runs = await kinds[record.Order.Kind].CutAsync(record, cancel);
        IReadOnlyList<ExportPart> parts = runs is null
            ? [.. Enumerable.Range(0, ExportPart.Count).Select(i => new ExportPart(export, i))]
            : [.. runs.Select((run, i) => new ExportPart(export, i) { Keys = run })];
        var begun = await exports.DoChangeAsync(
            export, before => ExportMoves.Begin(before, parts.Count, clock.GetUtcNow()), cancel);
        return begun.HasEnded ? [] : parts;
    }
}
