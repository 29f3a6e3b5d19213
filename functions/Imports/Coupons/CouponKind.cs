using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Imports.Coupons;

/// <summary>Coupons, one a row. Files can be uploaded, mapped and looked at; there are no campaigns yet that could take
/// their coupons, so they cannot be started.</summary>
public sealed class CouponKind : IImportKind
{
    private static readonly IReadOnlyList<ColumnField> Fields =
    [
        new("campaign", "campaign", "campaignname", "campaignid"),
        new("code", "code", "value", "couponcode", "coupon", "vouchercode"),
        new("limit", "limit", "usagelimit", "redemptionquantity"),
        new("start", "start", "startdate", "validfrom"),
        new("expiry", "expiry", "expirydate", "expirationdate", "validuntil"),
        new("recipient", "recipient", "recipientintegrationid", "profile", "customerprofileid"),
    ];

    /// <inheritdoc/>
    public string Name => "coupons";

    /// <inheritdoc/>
    public IImportColumns Columns { get; } = new FieldColumns(Fields)
    {
        Template = [.. Fields.Select(f => f.Name)],
        Example = new Dictionary<string, string> { ["campaign"] = "spring", ["code"] = "WELCOME", ["limit"] = "1" },
        Other = _ => $"It must be one of: {string.Join(", ", Fields.Select(f => f.Name))}.",
        Needs = (import, _) => import.Mapping.Contains("code") ? [] : ["code"],
    };

    /// <inheritdoc/>
    public bool AreKeysUnique => true;

    /// <inheritdoc/>
    public Error? Refusal => ImportsErrors.KindNotTaken(Name);

    /// <inheritdoc/>
    public KeyField MatchField(ImportRecord import) => KeyField.Code;

    /// <inheritdoc/>
    public IRowReader Reader(ImportRecord import) => new CodeReader(import);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RowPlan>> PlanAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<RowPlan>>([.. rows.Select(r => new RowPlan(r.Line, PlannedChange.Create))]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RowOutcome>> ApplyAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel) =>
        throw new InvalidOperationException("Imports of coupons are never started.");

    /// <inheritdoc/>
    public Task<UndoneRow> UndoAsync(ImportRecord import, WrittenRow row, CancellationToken cancel) =>
        Task.FromResult(UndoneRow.Kept);

    private sealed class CodeReader(ImportRecord import) : IRowReader
    {
        public (RowKeys? Keys, RowFault? Fault) Read(IReadOnlyList<string?> cells)
        {
            if (import.Columns.FaultOf(cells) is { } wrong) return (null, wrong);
            var column = import.Mapping.ToList().IndexOf("code");
            var code = column < cells.Count ? CustomerCell.Line(cells[column]!) : "";
            return code.Length == 0
                ? (null, import.Columns.Missing("code"))
                : (new RowKeys(KeyHash.Of(KeyField.Code, code), []), null);
        }
    }
}
