using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports;

/// <summary>Exports in the list of jobs.</summary>
public sealed class ExportJobs(ExportsTable exports) : IListsJobs
{
    /// <inheritdoc/>
    public string Kind => "export";

    /// <inheritdoc/>
    public IReadOnlyList<string> States { get; } = [.. Enum.GetValues<ExportState>().Select(Json.Word)];

    /// <inheritdoc/>
    public IAsyncEnumerable<Job> ReadAsync(AppEnvironment environment, CancellationToken cancel) =>
        exports.ReadAsync(environment, cancel).Select(export => new Job(
            export.ExportId, Kind, What(export.Order), Json.Word(export.State), export.CreatedAt,
            $"exports/{export.ExportId}")
        {
            StartedAt = export.StartedAt,
            FinishedAt = export.FinishedAt,
            IsAtWork = !export.HasEnded,
            Progress = export.State == ExportState.Completed
                ? Progress(100, export.File?.Rows ?? 0)
                : JobProgress.None,
        });

    /// <inheritdoc/>
    public Job With(Job job, string status)
    {
        var told = Json.Read<ExportProgress>(status);
        return job with { Progress = Progress(told.Of == 0 ? null : 100 * told.Parts / told.Of, told.Rows) };
    }

    // Never the filter: it may name a customer.
    private static string What(ExportOrder order) => string.Join(
        ' ', ((string?[])[order.Kind, order.Format, order.Layout == ExportOrder.Plain ? null : order.Layout,
            order.Program]).OfType<string>());

    private static JobProgress Progress(int? percent, long rows) =>
        new(percent, new Dictionary<string, long> { ["rows"] = rows });
}
