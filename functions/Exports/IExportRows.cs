using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports;

/// <summary>One kind of rows that can be exported: which columns there are, and how they are read part by part.
/// </summary>
public interface IExportRows
{
    /// <summary>The kind, as an order names it.</summary>
    string Kind { get; }

    /// <summary>All columns.</summary>
    IReadOnlyList<ExportColumn> Columns { get; }

    /// <summary>The columns of an order that names none.</summary>
    IReadOnlyList<string> Default { get; }

    /// <summary>The column that names the customer of a row; an erasure looks for it.</summary>
    string Who { get; }

    /// <summary>The runs of keys that the parts read; null where rows lie in buckets, which parts share.</summary>
    Task<IReadOnlyList<KeyRange>?> CutAsync(ExportRecord export, CancellationToken cancel);

    /// <summary>The rows of one part, each with a cell for each of the order's columns.</summary>
    IAsyncEnumerable<IReadOnlyList<string?>> ReadAsync(
        ExportRecord export, ExportPart part, CancellationToken cancel);
}

/// <summary>The kinds that there are.</summary>
public sealed class ExportKinds(IEnumerable<IExportRows> kinds)
{
    private readonly Dictionary<string, IExportRows> _kinds = kinds.ToDictionary(k => k.Kind, StringComparer.Ordinal);

    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Names => _kinds.Keys;

    /// <summary>The kind of a name.</summary>
    public IExportRows this[string kind] => _kinds[kind];

    /// <summary>The columns of an order: texts in a layout of another system.</summary>
    public IReadOnlyList<ExportColumn> ColumnsOf(ExportOrder order) =>
    [
        .. order.Fields.Select(name => order.Layout == ExportOrder.Plain
            ? _kinds[order.Kind].Columns.First(c => c.Name == name)
            : new ExportColumn(name)),
    ];
}
