using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Imports.Points;

/// <summary>By what a row of points names its owner.</summary>
public enum PointsOwner
{
    /// <summary>A customer's integration id.</summary>
    Profile,

    /// <summary>A registered customer's email.</summary>
    Email,

    /// <summary>A loyalty card's code.</summary>
    Card,
}

/// <summary>A row of a file of points, read by the rules of <c>POST …/points</c>.</summary>
/// <param name="Program">Which program.</param>
/// <param name="By">By what the owner is named.</param>
/// <param name="Owner">The name.</param>
/// <param name="Grant">What the owner gets.</param>
public sealed record PointsRow(string Program, PointsOwner By, string Owner, Grant Grant)
{
    /// <summary>By what rows of one wallet meet.</summary>
    public RowKeys Keys => new(KeyHash.Of(KeyField.Wallet, $"{Program}|{By}|{Owner}"), []);
}

/// <summary>Reads rows of one file of points.</summary>
public sealed class PointsRowReader(ImportRecord import) : IRowReader
{
    private const string Reason = "Import";
    private static readonly string[] Owners = ["profile", "email", "card"];

    private readonly Asker _asker = new(import.Application, import.ImportId, $"import:{import.ImportId}");

    (RowKeys? Keys, RowFault? Fault) IRowReader.Read(IReadOnlyList<string?> cells)
    {
        var (row, fault) = Read(cells);
        return (row?.Keys, fault);
    }

    /// <summary>The row, or why it is not taken.</summary>
    public (PointsRow? Row, RowFault? Fault) Read(IReadOnlyList<string?> cells)
    {
        if (import.Columns.FaultOf(cells) is { } wrong) return (null, wrong);
        var values = Values(cells);
        var program = import.Program ?? values.GetValueOrDefault("program");
        if (program is null) return (null, import.Columns.Missing("program"));
        if (Owners.FirstOrDefault(values.ContainsKey) is not { } by)
            return (null, import.Columns.Missing(Owners.First(o => import.Mapping.Contains(o))));
        var body = JsonFields.Of(JsonSerializer.SerializeToElement(Body(values), Json.Options));
        if (!body.Then(fields => PointsRequests.ReadGrant(fields, _asker)).Try(out var grant, out var error))
            return (null, import.Columns.FaultOf(error.Fields, values.ContainsKey));
        var owner = by == "email" ? EmailAddress.Normalise(CustomerCell.Email(values[by])) : values[by];
        return (new PointsRow(program, Enum.Parse<PointsOwner>(by, ignoreCase: true), owner, grant), null);
    }

    private Dictionary<string, string> Values(IReadOnlyList<string?> cells) => import.Columns.Values(cells)
        .Select(v => (v.Field, Text: CustomerCell.Line(v.Cell)))
        .Where(v => v.Text.Length > 0)
        .ToDictionary(v => v.Field, v => v.Text, StringComparer.Ordinal);

    private static JsonObject Body(Dictionary<string, string> values)
    {
        var body = new JsonObject { ["reason"] = values.GetValueOrDefault("reason") ?? Reason };
        if (values.GetValueOrDefault("points") is { } points)
            body["points"] = decimal.TryParse(points, Style, CultureInfo.InvariantCulture, out var number)
                ? number
                : points;
        if (values.GetValueOrDefault("ledger") is { } ledger) body["ledger"] = ledger;
        if (values.GetValueOrDefault("start") is { } start) body["start"] = At(start, "T00:00:00Z");
        if (values.GetValueOrDefault("expiry") is { } expiry) body["expiry"] = At(expiry, "T23:59:59Z");
        return body;
    }

    // A comma is somebody's decimal point and somebody else's thousands: neither is guessed.
    private const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

    private static string At(string text, string time) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text + time
            : text;
}
