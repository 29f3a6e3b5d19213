using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Exports;

/// <summary>Removes files whose days are over. The record says so first, so that no link leads to a file that is gone.
/// Reads only what is marked; late or twice changes nothing.</summary>
public sealed class SweepExports(DueIndex due, ExportsTable exports, ExportFiles files, TimeProvider clock)
{
    /// <summary>The kind of mark.</summary>
    public const string DueKind = "export-file";

    [Function(nameof(SweepExports))]
    public Task Run([TimerTrigger("%SweepExportsSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(DueKind, clock.GetUtcNow(), SweepAsync, cancel);

    /// <summary>What a mark names.</summary>
    public static string Subject(ExportRef export) => $"{export.Environment.Name()}|{export.ExportId}";

    private async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var parts = item.Subject.Split('|');
        var export = new ExportRef(AppEnvironments.Parse(parts[0]), parts[1]);
        var now = clock.GetUtcNow();
        var swept = await exports.DoChangeAsync(export, before => ExportMoves.Expire(before, now), cancel);
        // An end that was tried twice leaves a mark for each; the file goes with the one that counts.
        if (swept.File is not null) return false;
        await files.RemoveAsync(swept, cancel);
        return true;
    }
}
