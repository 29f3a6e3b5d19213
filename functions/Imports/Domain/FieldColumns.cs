using System.Globalization;
using System.Text;

namespace CustomerFunctions.Imports.Domain;

/// <summary>A field that a column can be mapped to.</summary>
/// <param name="Name">As in requests: <c>email</c>, <c>consent.email</c>.</param>
/// <param name="Headers">Headers that propose it, likeliest first, as <see cref="HeaderWords.Fold"/> gives them.
/// </param>
public sealed record ColumnField(string Name, params string[] Headers);

/// <summary>The columns of a kind by a list of its fields.</summary>
public sealed class FieldColumns(IReadOnlyList<ColumnField> fields) : IImportColumns
{
    /// <inheritdoc/>
    public required IReadOnlyList<string> Template { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyDictionary<string, string> Example { get; init; }

    /// <summary>Says what is wrong with a field that is none of the list; null for nothing.</summary>
    public required Func<string, string?> Other { get; init; }

    /// <summary>What an import lacks.</summary>
    public required Func<ImportRecord, ImportOptions, IReadOnlyList<string>> Needs { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string?> Propose(IReadOnlyList<string> headers) => HeaderWords.Propose(fields, headers);

    /// <inheritdoc/>
    public string? Fault(string field) => fields.Any(f => f.Name == field) ? null : Other(field);

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing(ImportRecord import, ImportOptions options) => Needs(import, options);
}

/// <summary>Headers as words that can be compared.</summary>
public static class HeaderWords
{
    /// <summary>The field for each column, null for none. A field goes to one column: the likeliest, and of equal ones
    /// the first.</summary>
    public static IReadOnlyList<string?> Propose(IReadOnlyList<ColumnField> fields, IReadOnlyList<string> headers)
    {
        var folded = headers.Select(Fold).ToList();
        var proposed = new string?[headers.Count];
        foreach (var field in fields)
        {
            var column = field.Headers.Select(h => folded.FindIndex(f => f == h)).FirstOrDefault(i => i >= 0, -1);
            if (column >= 0 && proposed[column] is null) proposed[column] = field.Name;
        }

        return proposed;
    }

    /// <summary>Letters and digits only, small and without accents: <c>E-mail 1 - Value</c> is <c>email1value</c>.
    /// </summary>
    public static string Fold(string header)
    {
        var text = new StringBuilder(header.Length);
        foreach (var c in header.Normalize(NormalizationForm.FormD))
            if (char.IsLetterOrDigit(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                text.Append(char.ToLowerInvariant(c));
        return text.ToString();
    }
}
