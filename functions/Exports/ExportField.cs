using System.Globalization;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Loyalty.Domain;

namespace CustomerFunctions.Exports;

/// <summary>A column of an export and what a row has there.</summary>
/// <param name="Column">The column.</param>
/// <param name="Cell">The cell of a row, with how instants are to be written; null for nothing.</param>
public sealed record ExportField<T>(ExportColumn Column, Func<T, DateFormat?, string?> Cell);

/// <summary>Columns, put together one by one.</summary>
public sealed class ExportFields<T>
{
    private readonly List<ExportField<T>> _all = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<ExportField<T>> All => _all;

    /// <summary>A column of texts.</summary>
    public ExportFields<T> Text(string name, Func<T, string?> cell) =>
        Add(new ExportColumn(name), (row, _) => cell(row));

    /// <summary>A column of whole numbers.</summary>
    public ExportFields<T> Number(string name, Func<T, long> cell) => Add(
        new ExportColumn(name, IsNumber: true), (row, _) => cell(row).ToString(CultureInfo.InvariantCulture));

    /// <summary>A column of instants: RFC 3339 in UTC, unless the order names another format.</summary>
    public ExportFields<T> Instant(string name, Func<T, DateTimeOffset?> cell) => Add(
        new ExportColumn(name), (row, dates) => cell(row) is not { } at ? null : dates?.Write(at) ?? Rfc3339(at));

    private ExportFields<T> Add(ExportColumn column, Func<T, DateFormat?, string?> cell)
    {
        _all.Add(new ExportField<T>(column, cell));
        return this;
    }

    private static string Rfc3339(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
