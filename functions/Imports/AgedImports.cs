using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports;

/// <summary>Imports whose files have been kept long enough. Their rows stay, as history.</summary>
public sealed class AgedImports(
    ImportsTable imports, ImportFiles files, ImportResults results, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's kind of work.</summary>
    public const string DueKind = "import-files";

    /// <summary>How long files are kept. Source: spec, imports.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(30);

    /// <summary>Notes when the files of an import go; before the import is added, so that none is forgotten.</summary>
    public Task MarkAsync(AppEnvironment environment, string importId, CancellationToken cancel) => due.MarkAsync(
        DueKind, $"{environment.Name()}|{importId}", clock.GetUtcNow() + Age, cancel);

    /// <summary>The timer's work: true when the files are gone. What is at work keeps its files until it has ended.
    /// </summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var parts = item.Subject.Split('|');
        var (environment, importId) = (AppEnvironments.Parse(parts[0]), parts[1]);
        if (await imports.FindAsync(environment, importId, cancel) is not { Record: var import }) return true;
        if (import.State is ImportState.Queued or ImportState.Running or ImportState.Paused
            || import.Revert?.State == RevertState.Running) return false;
        if (!import.HasEnded)
            await imports.EndAsync(environment, importId, i => i with { State = ImportState.Cancelled }, cancel);
        var swept = await imports.ChangeAsync(
            environment, importId, i => i.SweptAt is null ? i with { SweptAt = clock.GetUtcNow() } : i, cancel);
        if (!swept.Try(out import, out _)) return false;
        foreach (var source in new[] { import.Source, import.Replaced }.OfType<ImportSource>())
            await files.RemoveAsync(source, cancel);
        await results.RemoveAsync(environment, importId, cancel);
        return true;
    }
}
