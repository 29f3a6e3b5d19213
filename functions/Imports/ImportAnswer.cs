using CustomerFunctions.Imports.Domain;

namespace CustomerFunctions.Imports;

/// <summary>One column of the file.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Header">As the file has it.</param>
/// <param name="Proposed">The field that its header proposes; null for none.</param>
/// <param name="Field">The field that it is mapped to; null for none.</param>
public sealed record ImportColumn(int Index, string Header, string? Proposed, string? Field);

/// <summary>How far an import is.</summary>
/// <param name="RowsPerSecond">Rows dealt with in a second, on average; 0 before it runs.</param>
/// <param name="RemainingSeconds">Roughly; null while that cannot be told, 0 at the end.</param>
public sealed record ImportProgressAnswer(
    long RowsRead, long Created, long Updated, long Unchanged, long Skipped, long Rejected, double RowsPerSecond,
    double? RemainingSeconds);

/// <summary>Which import has the turn that another one waits for.</summary>
/// <param name="ImportId">The one that runs; null when it has just ended.</param>
/// <param name="Ahead">How many wait before this one.</param>
public sealed record ImportQueue(string? ImportId, int Ahead);

/// <summary>An import as callers see it.</summary>
public sealed record ImportAnswer(
    string ImportId, string Kind, string Application, ImportState State, DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Reason, ImportOptions? Options,
    IReadOnlyList<ImportColumn> Columns, ImportProgressAnswer Progress)
{
    /// <summary>The program of all rows, where one was named.</summary>
    public string? Program { get; init; }

    /// <summary>What a queued import waits for.</summary>
    public ImportQueue? WaitsFor { get; init; }

    /// <summary>True while it is being cancelled.</summary>
    public bool Stopping { get; init; }

    /// <summary>How far it is undone.</summary>
    public ImportRevert? Revert { get; init; }

    /// <summary>When its files were removed for their age.</summary>
    public DateTimeOffset? FilesRemovedAt { get; init; }

    /// <summary>The answer for an import, with what its orchestration tells while it runs.</summary>
    public static ImportAnswer Of(ImportRecord import, ImportProgress? progress, DateTimeOffset now)
    {
        var headers = import.Shape?.Headers ?? [];
        return new ImportAnswer(
            import.ImportId, import.Kind, import.Application, import.State, import.CreatedAt, import.StartedAt,
            import.FinishedAt, import.Reason, import.Options,
            [.. headers.Select((h, i) => new ImportColumn(
                i, h, import.Proposed.ElementAtOrDefault(i), import.Mapping.ElementAtOrDefault(i)))],
            ProgressOf(import, progress, now))
        {
            Program = import.Program,
            Stopping = import.IsStopping && !import.HasEnded,
            Revert = import.Revert,
            FilesRemovedAt = import.SweptAt,
        };
    }

    private static ImportProgressAnswer ProgressOf(ImportRecord import, ImportProgress? progress, DateTimeOffset now)
    {
        var counts = import.HasEnded ? import.Counts : progress?.Counts ?? ImportCounts.None;
        var elapsed = import.StartedAt is { } start ? ((import.FinishedAt ?? now) - start).TotalSeconds : 0;
        var fraction = import.HasEnded ? 1 : progress?.Fraction() ?? 0;
        var dealtWith = import.HasEnded ? counts.RowsRead : (progress?.Rows ?? 0) * fraction;
        return new ImportProgressAnswer(
            counts.RowsRead, counts.Created, counts.Updated, counts.Unchanged, counts.Skipped, counts.Rejected,
            elapsed > 0 ? Math.Round(dealtWith / elapsed, 1) : 0,
            import.HasEnded ? 0 : fraction > 0 ? Math.Round(elapsed * (1 - fraction) / fraction) : null);
    }
}
