using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Shared;

/// <summary>How far a job is.</summary>
/// <param name="Percent">Of a hundred; null while nobody can tell.</param>
/// <param name="Counts">What it has counted so far, by the names of its own area.</param>
public sealed record JobProgress(int? Percent, IReadOnlyDictionary<string, long> Counts)
{
    /// <summary>Nothing yet.</summary>
    public static JobProgress None { get; } = new(null, new Dictionary<string, long>());
}

/// <summary>Work that goes on after the request that asked for it.</summary>
/// <param name="Id">Its id, unique in its kind; also its orchestration's.</param>
/// <param name="Kind">What sort of work.</param>
/// <param name="What">What it works on, in a few words and without personal data.</param>
/// <param name="State">Where it stands, in its area's own word.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="Path">Its own resource: <c>exports/{id}</c>.</param>
public sealed record Job(string Id, string Kind, string What, string State, DateTimeOffset CreatedAt, string Path)
{
    /// <summary>When its work began; null before, and where nobody notes it.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How far it is.</summary>
    public JobProgress Progress { get; init; } = JobProgress.None;

    /// <summary>True while its orchestration may tell more than is written down.</summary>
    public bool IsAtWork { get; init; }
}

/// <summary>The jobs of an area, for the list of all. Areas with jobs register one each, so that the list goes with
/// them.</summary>
public interface IListsJobs
{
    /// <summary>The kind of its jobs: <c>export</c>.</summary>
    string Kind { get; }

    /// <summary>The words of all states that its jobs can have.</summary>
    IReadOnlyList<string> States { get; }

    /// <summary>All jobs of an environment, those that have ended too, in any order, read page by page.</summary>
    IAsyncEnumerable<Job> ReadAsync(AppEnvironment environment, CancellationToken cancel);

    /// <summary>A job at work with what its orchestration tells.</summary>
    /// <param name="job">The job as it was read.</param>
    /// <param name="status">The orchestration's custom status, as JSON.</param>
    Job With(Job job, string status);
}
