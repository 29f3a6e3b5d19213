using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using CustomerFunctions.Cards;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Points;

/// <summary>Points, one grant a row. Each row is an entry of its wallet's ledger, named by import and line, so that a
/// row is granted once; undoing it reverses that entry.</summary>
public sealed class PointsKind(
    PointsLedger ledger, ProgramCatalog programs, ProfileDirectory profiles, CardDirectory cards) : IImportKind
{
    private const int WalletsAtOnce = 8;

    /// <inheritdoc/>
    public string Name => "loyalty-points";

    /// <inheritdoc/>
    public IImportColumns Columns => PointsColumns.All;

    /// <inheritdoc/>
    public bool AreKeysUnique => false;

    /// <inheritdoc/>
    public KeyField MatchField(ImportRecord import) => KeyField.Wallet;

    /// <inheritdoc/>
    public IRowReader Reader(ImportRecord import) => new PointsRowReader(import);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RowPlan>> PlanAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel)
    {
        var plans = new ConcurrentDictionary<int, RowPlan>();
        await EachWalletAsync(import, rows, (row, spooled, place) =>
        {
            plans[spooled.Line] = place.Try(out var found, out var error)
                ? new RowPlan(spooled.Line, PlannedChange.Create)
                {
                    ProfileId = found.ProfileId,
                    Fields = [new PlannedField("points", null, JsonValue.Create(row.Grant.Points.ToDecimal()))],
                }
                : RowPlan.Of(spooled.Line, FaultOf(import, row, error));
            return Task.CompletedTask;
        }, cancel);
        return [.. rows.Select(r => plans[r.Line])];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RowOutcome>> ApplyAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel)
    {
        var outcomes = new ConcurrentDictionary<int, RowOutcome>();
        await EachWalletAsync(import, rows, async (row, spooled, place) =>
        {
            var granted = place.Try(out var found, out var missing)
                ? await ledger.AddAsync(found.Wallet, row.Grant, ChangeOf(import, spooled.Line, "grant"), cancel)
                : missing;
            outcomes[spooled.Line] = granted.Try(out var answer, out var error)
                ? new RowOutcome(RowChange.Created)
                {
                    Written = string.Create(CultureInfo.InvariantCulture, $"{found!.Wallet}|{answer.Entry.Seq}"),
                }
                : RowOutcome.Of(FaultOf(import, row, error));
        }, cancel);
        return [.. rows.Select(r => outcomes[r.Line])];
    }

    /// <inheritdoc/>
    public string ThingOf(WrittenRow row) => row.Written[..row.Written.LastIndexOf('|')];

    /// <inheritdoc/>
    public async Task<UndoneRow> UndoAsync(ImportRecord import, WrittenRow row, CancellationToken cancel)
    {
        var seq = long.Parse(row.Written[(row.Written.LastIndexOf('|') + 1)..], CultureInfo.InvariantCulture);
        var undone = await ledger.UndoAsync(
            WalletId.Parse(ThingOf(row)), new Undoing(seq, $"import:{import.ImportId}", "Import reverted"),
            ChangeOf(import, row.Line, "undo"), cancel);
        if (undone.IsOk) return UndoneRow.Removed;
        return undone.Error!.Kind == ErrorKind.Busy
            ? throw new InvalidOperationException("Others are writing to the wallet: do it again.")
            : UndoneRow.Kept;
    }

    private static Change ChangeOf(ImportRecord import, int line, string what) =>
        new($"{import.ImportId}-{line}-{what}", "");

    /// <summary>Rows of one wallet go one after the other, in the order of lines, and its owner is looked for once.
    /// </summary>
    private Task EachWalletAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, Func<PointsRow, SpooledRow, Result<Place>, Task> each,
        CancellationToken cancel)
    {
        var reader = new PointsRowReader(import);
        var read = rows.Select(r => (Spooled: r, Row: reader.Read(r.Cells).Row
            ?? throw new InvalidOperationException($"Line {r.Line} passed before and now fails.")));
        return Parallel.ForEachAsync(
            read.GroupBy(r => r.Row.Keys.Match).ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = WalletsAtOnce, CancellationToken = cancel },
            async (wallet, c) =>
            {
                var place = await FindAsync(import.Environment, wallet.First().Row, c);
                foreach (var (spooled, row) in wallet.OrderBy(r => r.Spooled.Line)) await each(row, spooled, place);
            });
    }

    private async Task<Result<Place>> FindAsync(AppEnvironment environment, PointsRow row, CancellationToken cancel)
    {
        if (await programs.FindAsync(environment, row.Program, cancel) is not { } program)
            return new Error("unknown-program", ErrorKind.NotFound, "There is no such program.");
        if (row.By == PointsOwner.Card)
            return (await cards.FindAsync(environment, row.Owner, cancel)).Try(out var card, out var error)
                && card.Program == program.Name
                    ? new Place(new WalletId(environment, program.Name, card.CardKey), null)
                    : error ?? Error.NotFound("card");
        if (program.Kind != ProgramKind.Profile)
            return new Error("card-needed", ErrorKind.Conflict, "Points of this program lie on cards.");
        var owner = row.By == PointsOwner.Email
            ? await profiles.FindByContactAsync(environment, row.Owner, null, cancel)
            : await profiles.FindAsync(environment, row.Owner, cancel);
        return owner is null
            ? new Error("unknown-profile", ErrorKind.NotFound, "There is no such customer.")
            : new Place(WalletId.Of(environment, program.Name, owner.Key), owner.IntegrationId);
    }

    private static RowFault FaultOf(ImportRecord import, PointsRow row, Error error) => error.Kind switch
    {
        ErrorKind.Busy => throw new InvalidOperationException("Others are writing to the wallet: do it again."),
        ErrorKind.Invalid => import.Columns.FaultOf(error.Fields, _ => true),
        _ => new RowFault(
            error.Code is "unknown-profile" or "not-found" or "card-replaced"
                ? import.ColumnOf(row.By.ToString().ToLowerInvariant())
                : error.Code == "unknown-program" ? import.ColumnOf("program") : "",
            error.Code == "not-found" ? "unknown-card" : error.Code, error.Message),
    };

    private sealed record Place(WalletId Wallet, string? ProfileId);
}
