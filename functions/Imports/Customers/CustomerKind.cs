using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Customers;

/// <summary>Customers, one a row: written by the rules of <c>PUT /profiles/{id}</c>, in full transactions.</summary>
public sealed class CustomerKind(
    ProfileBatchWriter writer, ProfileBatchPlanner planner, ProfileUndo undo, CustomerUse use) : IImportKind
{
    /// <inheritdoc/>
    public string Name => ImportKinds.Customers;

    /// <inheritdoc/>
    public IImportColumns Columns => CustomerColumns.All;

    /// <inheritdoc/>
    public bool AreKeysUnique => true;

    /// <inheritdoc/>
    public KeyField MatchField(ImportRecord import) => (KeyField)import.Options!.MatchBy;

    /// <inheritdoc/>
    public IRowReader Reader(ImportRecord import) => CustomerRowReader.For(import);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RowPlan>> PlanAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel)
    {
        var forecasts = await planner.PlanAsync(import.Environment, Batch(import, rows), Options(import), cancel);
        return [.. rows.Zip(forecasts, (row, forecast) => PlanOf(import, row, forecast))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RowOutcome>> ApplyAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel)
    {
        var outcomes = await writer.WriteAsync(
            import.Environment, By(import), Batch(import, rows), Options(import), cancel);
        return [.. outcomes.Select(o => new RowOutcome(
            ChangeOf(o.Change), o.Rejection is { } why ? FaultOf(import, why) : null)
        {
            Written = o.Written?.ToString(),
        })];
    }

    /// <inheritdoc/>
    public async Task<UndoneRow> UndoAsync(ImportRecord import, WrittenRow row, CancellationToken cancel)
    {
        var key = ProfileKey.Parse(row.Written);
        var undone = await undo.UndoAsync(
            import.Environment, key, ChangeId(import, row.Line), By(import),
            () => use.IsUsedAsync(import.Environment, key, cancel), cancel);
        return undone switch
        {
            ProfileUndone.Removed => UndoneRow.Removed,
            ProfileUndone.Restored => UndoneRow.Restored,
            _ => UndoneRow.Kept,
        };
    }

    private static string By(ImportRecord import) => $"import:{import.ImportId}";

    private static string ChangeId(ImportRecord import, int line) => $"{import.ImportId}-{line}";

    private static List<BatchRow> Batch(ImportRecord import, IEnumerable<SpooledRow> rows)
    {
        var reader = CustomerRowReader.For(import);
        return [.. rows.Select(row =>
        {
            var (read, fault) = reader.Read(row.Cells);
            return read is null
                ? throw new InvalidOperationException($"Line {row.Line} passed before and now fails: {fault?.Code}.")
                : new BatchRow(ChangeId(import, row.Line), read.IntegrationId, read.Profile);
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

    private static RowPlan PlanOf(ImportRecord import, SpooledRow row, BatchForecast forecast)
    {
        if (forecast.Rejection is { } why) return RowPlan.Of(row.Line, FaultOf(import, why), PlannedChange.Conflict);
        var change = forecast.Change switch
        {
            BatchChange.Created => PlannedChange.Create,
            BatchChange.Updated => PlannedChange.Update,
            BatchChange.Skipped => PlannedChange.Skip,
            _ => PlannedChange.Unchanged,
        };
        return new RowPlan(row.Line, change)
        {
            ProfileId = forecast.IntegrationId,
            Fields = [.. forecast.Changes.Select(c => new PlannedField(c.Field, c.From, c.To))],
        };
    }

    private static RowFault FaultOf(ImportRecord import, BatchRejection why) =>
        new(why.Column is { } field ? import.ColumnOf(field) : "", why.Code, why.Detail);

    private static RowChange ChangeOf(BatchChange change) => change switch
    {
        BatchChange.Created => RowChange.Created,
        BatchChange.Updated => RowChange.Updated,
        BatchChange.Unchanged => RowChange.Unchanged,
        BatchChange.Skipped => RowChange.Skipped,
        _ => RowChange.Rejected,
    };
}
