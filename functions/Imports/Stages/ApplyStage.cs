using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;

namespace CustomerFunctions.Imports.Stages;

/// <summary>Writes the rows of one partition that are left, about 10,000 at a time, and says what became of each; a dry
/// run only says what would become of it. A row written before is counted as it was then, because its change is named
/// by import and line.</summary>
public sealed class ApplyStage(WorkBlobs work, ClaimStage claims, WrittenRows written, ImportKinds kinds)
{
    /// <summary>Blobs of rows that were not written, one a partition, in the order of lines.</summary>
    public const string Refused = "refused";

    /// <summary>Rows gathered for one write.</summary>
    public const int BatchRows = 10_000;

    /// <summary>Answers what became of the rows.</summary>
    public async Task<ImportCounts> RunAsync(ImportRecord import, ImportPiece piece, CancellationToken cancel)
    {
        var part = new Part(
            import, await claims.LostAsync(piece, cancel), work.WriteFrames(piece.ImportId, Refused, piece.Number),
            written.Write(import, piece.Number));
        var counts = ImportCounts.None;
        var gathered = new List<SpooledRow>(BatchRows);
        await foreach (var frame in work.ReadFramesAsync(piece.ImportId, ClaimStage.Won, piece.Number, cancel))
        {
            gathered.Add(Frame.Read(frame, SpooledRow.Read));
            if (gathered.Count < BatchRows) continue;
            counts = counts.Plus(await WriteAsync(part, gathered, cancel));
            gathered.Clear();
        }

        if (gathered.Count > 0) counts = counts.Plus(await WriteAsync(part, gathered, cancel));
        await part.Refused.CommitAsync(cancel);
        if (!import.Options!.DryRun) await part.Written.CommitAsync(cancel);
        return counts;
    }

    private async Task<ImportCounts> WriteAsync(
        Part part, IReadOnlyList<SpooledRow> gathered, CancellationToken cancel)
    {
        var left = gathered.Where(r => !part.Lost.ContainsKey(r.Line)).ToList();
        var outcomes = await OutcomesAsync(part.Import, left, cancel);
        var next = 0;
        foreach (var row in gathered)
        {
            if (part.Lost.TryGetValue(row.Line, out var field))
            {
                await part.Refused.AddAsync(claims.Duplicate(part.Import, row, field).Write, cancel);
                continue;
            }

            var outcome = outcomes[next++];
            if (outcome.Fault is { } why)
                await part.Refused.AddAsync(
                    new RejectedRow(row.Line, why.Column, why.Code, why.Reason, row.Cells).Write, cancel);
            if (outcome.Written is { } what)
                await part.Written.AddAsync(new WrittenRow(row.Line, outcome.Change, what).Write, cancel);
        }

        return Count(outcomes, gathered.Count - left.Count);
    }

    private async Task<IReadOnlyList<RowOutcome>> OutcomesAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel)
    {
        var kind = kinds.Of(import);
        if (!import.Options!.DryRun) return await kind.ApplyAsync(import, rows, cancel);
        return [.. (await kind.PlanAsync(import, rows, cancel)).Select(plan => plan.Outcome())];
    }

    private static ImportCounts Count(IReadOnlyList<RowOutcome> outcomes, int lost)
    {
        var by = outcomes.CountBy(o => o.Change).ToDictionary(c => c.Key, c => (long)c.Value);
        return new ImportCounts(
            0, by.GetValueOrDefault(RowChange.Created), by.GetValueOrDefault(RowChange.Updated),
            by.GetValueOrDefault(RowChange.Unchanged), by.GetValueOrDefault(RowChange.Skipped),
            by.GetValueOrDefault(RowChange.Rejected) + lost);
    }

    private sealed record Part(
        ImportRecord Import, IReadOnlyDictionary<int, KeyField> Lost, FrameWriter Refused, FrameWriter Written);
}
