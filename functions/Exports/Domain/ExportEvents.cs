using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Exports.Domain;

/// <param name="ExportId">The export.</param>
/// <param name="Kind">What the rows are.</param>
/// <param name="Application">Whose export.</param>
/// <param name="State">How it ended.</param>
/// <param name="Rows">Customers in the file; null without one.</param>
[EventType("export.finished", "An export ended, well or not.")]
public sealed record ExportFinished(string ExportId, string Kind, string Application, ExportState State, long? Rows);
