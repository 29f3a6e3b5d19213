using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Imports;

/// <summary>Reads rows of one import: the same in every stage and run.</summary>
public interface IRowReader
{
    /// <summary>By what the row is told apart from others, or why it is not taken.</summary>
    (RowKeys? Keys, RowFault? Fault) Read(IReadOnlyList<string?> cells);
}

/// <summary>What the columns of a kind's files can hold.</summary>
public interface IImportColumns
{
    /// <summary>The header of the template, in its order.</summary>
    IReadOnlyList<string> Template { get; }

    /// <summary>An example for some fields of the template.</summary>
    IReadOnlyDictionary<string, string> Example { get; }

    /// <summary>The field for each column by its header, null for none. A field goes to one column.</summary>
    IReadOnlyList<string?> Propose(IReadOnlyList<string> headers);

    /// <summary>Null when columns can be mapped to the field, else what is wrong.</summary>
    string? Fault(string field);

    /// <summary>Fields that every row needs and no column is mapped to.</summary>
    IReadOnlyList<string> Missing(ImportRecord import, ImportOptions options);
}

/// <summary>
/// What the rows of a file are. The stages of an import know only this: a kind reads rows, says what they would do, and
/// does it. Everything that writes can be run again with the same rows, and answers as it did first.
/// </summary>
public interface IImportKind
{
    /// <summary>As callers name it: <c>customers</c>.</summary>
    string Name { get; }

    /// <summary>What columns can hold.</summary>
    IImportColumns Columns { get; }

    /// <summary>What the match key of an import's rows is made of.</summary>
    KeyField MatchField(ImportRecord import);

    /// <summary>True when of rows with one match key only the first is taken.</summary>
    bool AreKeysUnique { get; }

    /// <summary>Null when imports of the kind can be started, else why not.</summary>
    Error? Refusal => null;

    /// <summary>A reader of the import's rows.</summary>
    IRowReader Reader(ImportRecord import);

    /// <summary>What each of the rows would do, by what is stored now. Writes nothing.</summary>
    Task<IReadOnlyList<RowPlan>> PlanAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel);

    /// <summary>Writes the rows, about 10,000 at a time; answers what became of each.</summary>
    Task<IReadOnlyList<RowOutcome>> ApplyAsync(
        ImportRecord import, IReadOnlyList<SpooledRow> rows, CancellationToken cancel);

    /// <summary>What a row has written to: rows of one thing are undone one after the other.</summary>
    string ThingOf(WrittenRow row) => row.Written;

    /// <summary>Undoes what a row has written, unless it was touched since.</summary>
    Task<UndoneRow> UndoAsync(ImportRecord import, WrittenRow row, CancellationToken cancel);
}

/// <summary>All kinds of import.</summary>
public sealed class ImportKinds(IEnumerable<IImportKind> kinds)
{
    /// <summary>Customers, one a row.</summary>
    public const string Customers = "customers";

    private readonly IReadOnlyList<IImportKind> _kinds = [.. kinds];

    /// <summary>Their names.</summary>
    public string[] Names => [.. _kinds.Select(k => k.Name)];

    /// <summary>The kind of that name, or null.</summary>
    public IImportKind? Find(string name) => _kinds.FirstOrDefault(k => k.Name == name);

    /// <summary>The kind of an import.</summary>
    public IImportKind Of(ImportRecord import) =>
        Find(import.Kind) ?? throw new InvalidOperationException($"There is no kind {import.Kind}.");
}
