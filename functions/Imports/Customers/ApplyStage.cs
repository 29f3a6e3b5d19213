using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;

namespace CustomerFunctions.Imports.Customers;

/// <summary>Writes the rows of one partition that are left, about 10,000 at a time, and says what became of each. A row
/// written before is counted as it was then, because its change is named by import and line.</summary>
public sealed class ApplyStage(WorkBlobs work, ClaimStage claims, ProfileBatchWriter profiles)
{
    /// <summary>Blobs of rows that were not written, one a partition, in the order of lines.</summary>
    public const string Refused = "refused";

    /// <summary>Rows gathered for one write.</summary>
    public const int BatchRows = 10_000;

    /// <summary>Answers what became of the rows.</summary>
    public async Task<ImportCounts> RunAsync(ImportRecord import, ImportPiece piece, CancellationToken cancel)
    {
        var lost = await claims.LostAsync(piece, cancel);
        var refused = work.WriteFrames(piece.ImportId, Refused, piece.Number);
        var counts = ImportCounts.None;
        var gathered = new List<SpooledRow>(BatchRows);
        await foreach (var frame in work.ReadFramesAsync(piece.ImportId, ClaimStage.Won, piece.Number, cancel))
        {
            gathered.Add(Frame.Read(frame, SpooledRow.Read));
            if (gathered.Count < BatchRows) continue;
            counts = counts.Plus(await WriteAsync(import, gathered, lost, refused, cancel));
            gathered.Clear();
        }

        if (gathered.Count > 0) counts = counts.Plus(await WriteAsync(import, gathered, lost, refused, cancel));
        await refused.CommitAsync(cancel);
        return counts;
    }

    private async Task<ImportCounts> WriteAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> gathered, IReadOnlyDictionary<int, KeyField> lost,
        FrameWriter refused, CancellationToken cancel)
    {
        var written = gathered.Where(r => !lost.ContainsKey(r.Line)).ToList();
        var outcomes = await profiles.WriteAsync(
            import.Environment, $"import:{import.ImportId}", Batch(import, written), Options(import), cancel);
        var next = 0;
        foreach (var row in gathered)
        {
            if (lost.TryGetValue(row.Line, out var field))
                await refused.AddAsync(ClaimStage.Duplicate(import, row, field).Write, cancel);
            else if (outcomes[next++].Rejection is { } why)
                await refused.AddAsync(Rejected(import, row, why).Write, cancel);
        }

        return Count(outcomes, gathered.Count - written.Count);
    }

    private static List<BatchRow> Batch(ImportRecord import, IEnumerable<SpooledRow> rows)
    {
        var reader = CustomerRowReader.For(import);
        return [.. rows.Select(row =>
        {
            var (read, fault) = reader.Read(row.Cells);
            return read is null
                ? throw new InvalidOperationException($"Line {row.Line} passed before and now fails: {fault?.Code}.")
                : new BatchRow($"{import.ImportId}-{row.Line}", read.IntegrationId, read.Profile);
        })];
    }

    private static BatchOptions Options(ImportRecord import) => new(
        import.Options!.OnExisting == ImportExisting.Skip ? BatchExisting.Skip : BatchExisting.Update,
        import.Options.MatchBy switch
        {
            ImportMatch.Phone => BatchMatch.Phone,
            ImportMatch.IntegrationId => BatchMatch.IntegrationId,
            _ => BatchMatch.Email,
        },
        import.StartedAt!.Value);

    private static RejectedRow Rejected(ImportRecord import, SpooledRow row, BatchRejection why) => new(
        row.Line, why.Column is { } field ? import.ColumnOf(field) : "", why.Code, why.Detail, row.Cells);

    private static ImportCounts Count(IReadOnlyList<BatchOutcome> outcomes, int lost)
    {
        var by = outcomes.CountBy(o => o.Change).ToDictionary(c => c.Key, c => (long)c.Value);
        return new ImportCounts(
            0, by.GetValueOrDefault(BatchChange.Created), by.GetValueOrDefault(BatchChange.Updated),
            by.GetValueOrDefault(BatchChange.Unchanged), by.GetValueOrDefault(BatchChange.Skipped),
            by.GetValueOrDefault(BatchChange.Rejected) + lost);
    }
}
