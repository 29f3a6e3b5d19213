using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Imports.Domain;

/// <param name="ImportId">The import.</param>
/// <param name="Kind">What the rows are.</param>
/// <param name="Application">Whose import.</param>
/// <param name="State">How it ended.</param>
/// <param name="Counts">What became of the rows.</param>
[EventType("import.finished", "An import ended, well or not.")]
public sealed record ImportFinished(
    string ImportId, string Kind, string Application, ImportState State, ImportCounts Counts);
