using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerFunctions.Cards;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Imports.Cards;

/// <summary>A row of a file of loyalty cards, read by the rules of <c>PUT …/cards/{code}</c>.</summary>
/// <param name="Program">Which program.</param>
/// <param name="Card">The card.</param>
/// <param name="Profiles">Integration ids of those who collect on it.</param>
public sealed record CardRow(string Program, IntakeCard Card, IReadOnlyList<string> Profiles)
{
    /// <summary>A code belongs to one card of the environment.</summary>
    public RowKeys Keys => new(KeyHash.Of(KeyField.Code, Card.Code), []);
}

/// <summary>Which columns of a file of cards hold what.</summary>
public static class CardColumns
{
    /// <summary>Headers by field, from Talon.One and Open Loyalty.</summary>
    public static readonly IReadOnlyList<ColumnField> Fields =
    [
        new("program", "program", "programname", "loyaltyprogram"),
        new("code", "code", "identifier", "cardcode", "cardnumber", "loyaltycardnumber"),
        new("type", "type", "cardtype"),
        new("state", "state", "status"),
        new("memberNumber", "membernumber"),
        new("profiles", "profiles", "customerprofileids", "profileids", "profile", "integrationid"),
    ];

    /// <summary>The columns as imports know them.</summary>
    public static readonly IImportColumns All = new FieldColumns(Fields)
    {
        Template = [.. Fields.Select(f => f.Name)],
        Example = new Dictionary<string, string>
        {
            ["program"] = "club",
            ["code"] = "CARD-1",
            ["type"] = "customer",
            ["state"] = "active",
            ["profiles"] = "customer-1;customer-2",
        },
        Other = _ => $"It must be one of: {string.Join(", ", Fields.Select(f => f.Name))}.",
        Needs = (import, _) =>
        [
            .. (import.Mapping.Contains("code") ? (string[])[] : ["code"]),
            .. (import.Program is not null || import.Mapping.Contains("program") ? (string[])[] : ["program"]),
        ],
    };
}

/// <summary>Reads rows of one file of cards.</summary>
public sealed class CardRowReader(ImportRecord import) : IRowReader
{
    private const int ProfilesMax = CardMoves.MembersMax;
    private static readonly char[] Separators = [';', ','];

    (RowKeys? Keys, RowFault? Fault) IRowReader.Read(IReadOnlyList<string?> cells)
    {
        var (row, fault) = Read(cells);
        return (row?.Keys, fault);
    }

    /// <summary>The row, or why it is not taken.</summary>
    public (CardRow? Row, RowFault? Fault) Read(IReadOnlyList<string?> cells)
    {
        if (import.Columns.FaultOf(cells) is { } wrong) return (null, wrong);
        var body = new JsonObject();
        IReadOnlyList<string> profiles = [];
        foreach (var (field, cell) in import.Columns.Values(cells))
        {
            if (CustomerCell.Line(cell) is not { Length: > 0 } text) continue;
            if (field == "profiles") profiles = [.. text.Split(Separators, Split).Distinct(StringComparer.Ordinal)];
            else body[field] = field is "type" or "state" ? CustomerCell.Word(text) : text;
        }

        if ((import.Program ?? (string?)body["program"]) is not { } program)
            return (null, import.Columns.Missing("program"));
        body.Remove("program");
        if (!body.ContainsKey("code")) return (null, import.Columns.Missing("code"));
        if (profiles.Count > ProfilesMax)
            return (null, new RowFault(
                import.ColumnOf("profiles"), "invalid-profiles", $"A card has at most {ProfilesMax} members."));
        var read = JsonFields.Of(JsonSerializer.SerializeToElement(body, Json.Options)).Then(CardIntake.Read);
        return read.Try(out var card, out var error)
            ? (new CardRow(program, card, profiles), null)
            : (null, import.Columns.FaultOf(error.Fields, body.ContainsKey));
    }

    private const StringSplitOptions Split = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
}
