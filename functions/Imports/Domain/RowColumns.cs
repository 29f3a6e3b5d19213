using System.Text.Json;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Imports.Domain;

/// <summary>The columns of a file: which field each holds, what can be wrong with a row's cells, and how that is
/// told.</summary>
/// <param name="Headers">As the file has them.</param>
/// <param name="Mapping">The field of each; null for none.</param>
public sealed record RowColumns(IReadOnlyList<string> Headers, IReadOnlyList<string?> Mapping)
{
    /// <summary>The header of the column that a field is mapped to, or the field's own name.</summary>
    public string Of(string field)
    {
        for (var i = 0; i < Math.Min(Mapping.Count, Headers.Count); i++)
            if (Mapping[i] == field) return Headers[i];
        return field;
    }

    /// <summary>The cells that are mapped and not blank, with their fields.</summary>
    public IEnumerable<(string Field, string Cell)> Values(IReadOnlyList<string?> cells)
    {
        for (var i = 0; i < Math.Min(cells.Count, Mapping.Count); i++)
            if (Mapping[i] is { } field && !string.IsNullOrWhiteSpace(cells[i])) yield return (field, cells[i]!);
    }

    /// <summary>Bytes that are no text, or more cells than the header has columns; null for neither.</summary>
    public RowFault? FaultOf(IReadOnlyList<string?> cells)
    {
        if (cells.Any(c => c is null)) return new RowFault("", "invalid-text", "It holds bytes that are no text.");
        return cells.Skip(Headers.Count).Any(c => !string.IsNullOrWhiteSpace(c))
            ? new RowFault("", "wrong-field-count", "It has more cells than the header has columns.")
            : null;
    }

    /// <summary>Nothing where something is needed.</summary>
    public RowFault Missing(string field) => new(Of(field), $"missing-{Word(field)}", "It is required.");

    /// <summary>The first of the fields that a request like the row would be refused for; the reason names all.
    /// </summary>
    /// <param name="errors">What is wrong with the request.</param>
    /// <param name="isGiven">Whether the row has a field at all.</param>
    /// <param name="order">Fields that are told before all others.</param>
    public RowFault FaultOf(
        IReadOnlyList<FieldError> errors, Func<string, bool> isGiven, params IReadOnlyList<string> order)
    {
        var told = order.ToList();
        var faults = errors.Select(e => (Field: FieldOf(e.Pointer), e.Detail))
            .OrderBy(f => told.IndexOf(f.Field) is var at and >= 0 ? at : told.Count).ToList();
        var first = faults[0].Field;
        var group = first.Split('.')[0];
        if (!isGiven(group)) return Missing(first);
        var reason = string.Join(' ', faults.Select(f => $"{Of(f.Field)}: {f.Detail}"));
        return new RowFault(Of(first), $"invalid-{Word(group)}", reason);
    }

    private string FieldOf(string pointer)
    {
        var parts = pointer.TrimStart('/').Split('/');
        var two = parts.Length > 1 ? $"{parts[0]}.{parts[1]}" : parts[0];
        return Mapping.Contains(two) ? two : parts[0];
    }

    private static string Word(string field) => JsonNamingPolicy.KebabCaseLower.ConvertName(field);
}
