using System.Text.Json;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Imports.Domain;

/// <summary>What can be wrong with the cells of any kind's rows.</summary>
public static class RowCellFaults
{
    /// <summary>Bytes that are no text, or more cells than the header has columns; null for neither.</summary>
    public static RowFault? Of(ImportRecord import, IReadOnlyList<string?> cells)
    {
        if (cells.Any(c => c is null)) return new RowFault("", "invalid-text", "It holds bytes that are no text.");
        return cells.Skip(import.Shape!.Headers.Count).Any(c => !string.IsNullOrWhiteSpace(c))
            ? new RowFault("", "wrong-field-count", "It has more cells than the header has columns.")
            : null;
    }

    /// <summary>Nothing where something is needed.</summary>
    public static RowFault Missing(ImportRecord import, string field) =>
        new(import.ColumnOf(field), $"missing-{Word(field)}", "It is required.");

    /// <summary>The first of the fields that a request like the row would be refused for; the reason names all.
    /// </summary>
    public static RowFault Of(ImportRecord import, Error error, Func<string, bool> isGiven)
    {
        var fields = error.Fields.Select(f => (Name: f.Pointer.TrimStart('/').Split('/')[0], f.Detail)).ToList();
        var (first, _) = fields[0];
        if (!isGiven(first)) return Missing(import, first);
        var reason = string.Join(' ', fields.Select(f => $"{import.ColumnOf(f.Name)}: {f.Detail}"));
        return new RowFault(import.ColumnOf(first), $"invalid-{Word(first)}", reason);
    }

    private static string Word(string field) => JsonNamingPolicy.KebabCaseLower.ConvertName(field);
}
