using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Removes the files of imports when they are old enough: sources, rejected rows, and what a revert needs.
/// </summary>
public sealed class SweepImportFiles(AgedImports aged, DueIndex due, TimeProvider clock)
{
    [Function(nameof(SweepImportFiles))]
    public Task Run([TimerTrigger("%SweepImportFilesSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(AgedImports.DueKind, clock.GetUtcNow(), aged.SweepAsync, cancel);
}
