using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports;

/// <summary>Reads what a caller orders, with everything that is wrong with it named at once.</summary>
public sealed class ExportOrders(ExportKinds kinds, ProfileDirectory profiles, ProgramCatalog programs)
{
    private const int FieldLengthMax = 40;
    private const int SearchLengthMax = 255;

    /// <summary>Reads an order. Fails with: invalid, naming every wrong field.</summary>
    public async Task<Result<ExportOrder>> ReadAsync(
        JsonFields body, AppEnvironment environment, CancellationToken cancel)
    {
        var named = body.Text("kind", FieldLengthMax, required: true, OneOf(kinds.Names));
        // What else is wrong is told also when the kind is.
        var rows = kinds[named ?? CustomerRows.Name];
        var format = body.Text("format", FieldLengthMax, fault: OneOf(FileFormat.Names)) ?? FileFormat.Csv;
        var layout = body.Text("layout", FieldLengthMax, fault: OneOf([ExportOrder.Plain, .. MarketingLayouts.Names]))
            ?? ExportOrder.Plain;
        var compress = body.Flag("compress") ?? false;
        var dates = body.Text("dateFormat", FieldLengthMax,
            fault: f => DateFormat.Parse(f) is null ? DateFormat.Expected : null);
        var fields = body.Texts("fields", rows.Columns.Count, FieldLengthMax, name =>
            rows.Columns.Any(c => c.Name == name) ? null : "There is no such field of these rows.");
        if (fields.Distinct().Count() < fields.Count) body.Refuse("fields", "A field is named twice.");
        var program = await ProgramAsync(body, rows.Kind, environment, cancel);
        var filterBody = body.Object("filter");
        var filter = await FilterAsync(filterBody, rows.Kind, environment, cancel);
        if (layout != ExportOrder.Plain) CheckLayout(body, rows.Kind);
        if (layout != ExportOrder.Plain && filter.Kind == Json.Word(ProfileKind.Guest))
            filterBody?.Refuse("kind", "Guests are in no file for marketing.");
        return body.Finish(() => new ExportOrder(rows.Kind, format, filter,
            layout != ExportOrder.Plain ? [.. MarketingLayouts.FieldsOf(layout).Select(f => f.Column.Name)]
            : fields.Count > 0 ? fields
            : rows.Default)
        {
            Layout = layout,
            Compress = compress,
            Program = program,
            DateFormat = dates,
        });
    }

    private static Func<string, string?> OneOf(IReadOnlyCollection<string> words) =>
        word => words.Contains(word) ? null : $"It must be one of: {string.Join(", ", words)}.";

    private static void CheckLayout(JsonFields body, string kind)
    {
        if (kind != CustomerRows.Name) body.Refuse("layout", "Only customers have it.");
        if (body.Has("fields")) body.Refuse("fields", "The layout says which columns there are.");
        if (body.Has("dateFormat")) body.Refuse("dateFormat", "The layout says how dates are written.");
    }

    private async Task<string?> ProgramAsync(
        JsonFields body, string kind, AppEnvironment environment, CancellationToken cancel)
    {
        var isLog = kind == LoyaltyLogRows.Name;
        var name = body.Text("program", SimpleName.LengthMax, required: isLog);
        if (name is null) return null;
        if (!isLog) body.Refuse("program", "Only a loyalty log is of one program.");
        else if (await programs.FindAsync(environment, name, cancel) is null)
            body.Refuse("program", "There is no such program.");
        return name;
    }

    private async Task<ExportFilter> FilterAsync(
        JsonFields? filter, string kind, AppEnvironment environment, CancellationToken cancel)
    {
        if (filter is null) return new ExportFilter(null, null);
        if (kind == CustomerRows.Name) return CustomersOf(filter);
        var profile = filter.Text("profile", IntegrationId.LengthMax, fault: IntegrationId.Fault);
        if (profile is not null && await profiles.FindAsync(environment, profile, cancel) is null)
            filter.Refuse("profile", "There is no such customer.");
        var isLog = kind == LoyaltyLogRows.Name;
        var status = isLog ? null : filter.Text("status", FieldLengthMax, fault: TransactionRows.Fault);
        return new ExportFilter(null, status)
        {
            Profile = profile,
            Ledger = isLog ? filter.Text("ledger", SimpleName.LengthMax, fault: SimpleName.Fault) : null,
            After = filter.Instant("after"),
            Before = filter.Instant("before"),
        };
    }

    // What the list of customers takes, by the same names.
    private static ExportFilter CustomersOf(JsonFields filter)
    {
        const string all = "all";
        var kind = filter.Text("kind", FieldLengthMax, fault: OneOf([.. Words<ProfileKind>(), all]));
        var status = filter.Text("status", FieldLengthMax, fault: OneOf([.. Words<ProfileStatus>()]));
        return new ExportFilter(kind == all ? null : kind, status)
        {
            Search = filter.Text("search", SearchLengthMax),
            Tag = filter.Text("tag", TagRules.LengthMax),
            CreatedAfter = filter.Instant("createdAfter"),
            CreatedBefore = filter.Instant("createdBefore"),
            ActiveAfter = filter.Instant("activeAfter"),
            ActiveBefore = filter.Instant("activeBefore"),
        };
    }

    private static IEnumerable<string> Words<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(Json.Word);
}
