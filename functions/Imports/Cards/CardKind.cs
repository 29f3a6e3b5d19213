using CustomerFunctions.Cards;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Cards;

/// <summary>Loyalty cards, one a row. Cards are never deleted, so undoing a row that made one puts it aside and takes
/// its members off; one that was there before stays.</summary>
public sealed class CardKind(
    CardIntake intake, CardDirectory cards, ProgramCatalog programs, ProfileDirectory profiles) : IImportKind
{
    private const int RowsAtOnce = 8;

    /// <inheritdoc/>
    public string Name => "loyalty-cards";

    /// <inheritdoc/>
    public IImportColumns Columns => CardColumns.All;

    /// <inheritdoc/>
    public bool AreKeysUnique => true;

    /// <inheritdoc/>
    public KeyField MatchField(ImportRecord import) => KeyField.Code;

    /// <inheritdoc/>
    public IRowReader Reader(ImportRecord import) => new CardRowReader(import);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RowPlan>> PlanAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel) =>
        EachAsync(import, rows, async (row, spooled, c) =>
        {
            if (!(await OrderAsync(import, row, c)).Try(out _, out var error))
                return RowPlan.Of(spooled.Line, FaultOf(import, error));
            var there = await cards.FindAsync(import.Environment, row.Card.Code, c);
            if (!there.Try(out var card, out _)) return new RowPlan(spooled.Line, PlannedChange.Create);
            return card.Program != row.Program
                ? RowPlan.Of(spooled.Line, FaultOf(import, CardsErrors.CardExists), PlannedChange.Conflict)
                : new RowPlan(spooled.Line, IsSkipping(import) ? PlannedChange.Skip : PlannedChange.Update);
        }, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RowOutcome>> ApplyAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel) =>
        EachAsync(import, rows, async (row, spooled, c) =>
        {
            if (!(await OrderAsync(import, row, c)).Try(out var order, out var error))
                return RowOutcome.Of(FaultOf(import, error));
            return await WriteAsync(import, row, order, spooled.Line, c);
        }, cancel);

    /// <inheritdoc/>
    public async Task<UndoneRow> UndoAsync(ImportRecord import, WrittenRow row, CancellationToken cancel)
    {
        if (row.Change != RowChange.Created) return UndoneRow.Kept;
        var (program, code) = (row.Written.Split('|')[0], row.Written.Split('|')[1]);
        var aside = await intake.PutAsideAsync(import.Environment, program, code, StemOf(import, row.Line), cancel);
        if (aside.Error?.Kind == ErrorKind.Busy) throw Busy();
        return aside is { IsOk: true, Value: true } ? UndoneRow.Removed : UndoneRow.Kept;
    }

    private async Task<RowOutcome> WriteAsync(
        ImportRecord import, CardRow row, Order order, int line, CancellationToken cancel)
    {
        var put = await intake.PutAsync(
            import.Environment, row.Program, row.Card, order.Profiles, order.Program.CardMembersMax, IsSkipping(import),
            StemOf(import, line), cancel);
        if (!put.Try(out var result, out var error)) return RowOutcome.Of(FaultOf(import, error));
        var change = result switch
        {
            IntakeResult.Made => RowChange.Created,
            IntakeResult.Changed => RowChange.Updated,
            IntakeResult.Skipped => RowChange.Skipped,
            _ => RowChange.Unchanged,
        };
        return new RowOutcome(change)
        {
            Written = change is RowChange.Created or RowChange.Updated ? $"{row.Program}|{row.Card.Code}" : null,
        };
    }

    private async Task<Result<Order>> OrderAsync(ImportRecord import, CardRow row, CancellationToken cancel)
    {
        if (await programs.FindAsync(import.Environment, row.Program, cancel) is not { } program)
            return new Error("unknown-program", ErrorKind.NotFound, "There is no such program.");
        if (program.Kind != ProgramKind.Card) return CardsErrors.NotACardProgram;
        if (program.CardMembersMax > 0 && row.Profiles.Count > program.CardMembersMax)
            return CardsErrors.TooManyMembers(program.CardMembersMax);
        var keys = new List<ProfileKey>();
        foreach (var id in row.Profiles)
        {
            if (await profiles.FindAsync(import.Environment, id, cancel) is not { } profile)
                return new Error("unknown-profile", ErrorKind.NotFound, "There is no such customer.");
            keys.Add(profile.Key);
        }

        return new Order(program, keys);
    }

    private static async Task<IReadOnlyList<T>> EachAsync<T>(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, Func<CardRow, SpooledRow, CancellationToken, Task<T>> each,
        CancellationToken cancel)
    {
        var reader = new CardRowReader(import);
        var results = new T[rows.Count];
        await Parallel.ForAsync(
            0, rows.Count, new ParallelOptions { MaxDegreeOfParallelism = RowsAtOnce, CancellationToken = cancel },
            async (i, c) =>
            {
                var row = reader.Read(rows[i].Cells).Row
                    ?? throw new InvalidOperationException($"Line {rows[i].Line} passed before and now fails.");
                results[i] = await each(row, rows[i], c);
            });
        return results;
    }

    private static RowFault FaultOf(ImportRecord import, Error error) => error.Kind == ErrorKind.Busy
        ? throw Busy()
        : new RowFault(
            error.Code switch
            {
                "unknown-program" or "not-a-card-program" => import.ColumnOf("program"),
                "unknown-profile" or "too-many-members" => import.ColumnOf("profiles"),
                "member-number-taken" or "member-number-fixed" => import.ColumnOf("memberNumber"),
                _ => import.ColumnOf("code"),
            },
            error.Code, error.Message);

    private static InvalidOperationException Busy() => new("Others are writing to the card: do it again.");

    private static bool IsSkipping(ImportRecord import) => import.Options!.OnExisting == ImportExisting.Skip;

    private static string StemOf(ImportRecord import, int line) => $"{import.ImportId}-{line}";

    private sealed record Order(LoyaltyProgram Program, IReadOnlyList<ProfileKey> Profiles);
}
