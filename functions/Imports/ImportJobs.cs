using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports;

/// <summary>Imports in the list of jobs.</summary>
public sealed class ImportJobs(ImportsTable imports) : IListsJobs
{
    private const int PageSize = 1000;

    /// <inheritdoc/>
    public string Kind => "import";

    /// <inheritdoc/>
    public IReadOnlyList<string> States { get; } = [.. Enum.GetValues<ImportState>().Select(Json.Word)];

    /// <inheritdoc/>
    public async IAsyncEnumerable<Job> ReadAsync(
        AppEnvironment environment, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? after = null;
        do
        {
            var page = await imports.ListAsync(environment, after, PageSize - 1, cancel);
            foreach (var import in page.Items) yield return Of(import);
            after = page.Next is null ? null : page.Items[^1].ImportId;
        }
        while (after is not null);
    }

    /// <inheritdoc/>
    public Job With(Job job, string status)
    {
        var told = Json.Read<ImportProgress>(status);
        return job with { Progress = new JobProgress((int)(100 * told.Fraction()), Counts(told.Counts)) };
    }

    private Job Of(ImportRecord import) => new(
        import.ImportId, Kind, import.Kind, Json.Word(import.State), import.CreatedAt, $"imports/{import.ImportId}")
    {
        StartedAt = import.StartedAt,
        FinishedAt = import.FinishedAt,
        IsAtWork = import is { HasEnded: false, StartedAt: not null },
        Progress = import.HasEnded
            ? new JobProgress(import.State == ImportState.Completed ? 100 : null, Counts(import.Counts))
            : JobProgress.None,
    };

    private static Dictionary<string, long> Counts(ImportCounts counts) => new()
    {
        ["rowsRead"] = counts.RowsRead,
        ["created"] = counts.Created,
        ["updated"] = counts.Updated,
        ["unchanged"] = counts.Unchanged,
        ["skipped"] = counts.Skipped,
        ["rejected"] = counts.Rejected,
    };
}
