using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Jobs;

/// <summary>Which jobs are wanted; null takes all.</summary>
/// <param name="Kind">One kind.</param>
/// <param name="State">One state.</param>
/// <param name="After">The place after which to begin.</param>
/// <param name="Limit">Most jobs to answer.</param>
public sealed record JobQuery(string? Kind, string? State, string? After, int Limit);

/// <summary>The jobs of all areas, newest first. A page reads every job of the kinds that it may hold, 1 call for 1,000
/// of them, and keeps no more than it answers. A job's place never changes, so pages neither lose nor repeat one.
/// </summary>
public sealed class JobList(IEnumerable<IListsJobs> areas)
{
    private readonly IReadOnlyList<IListsJobs> _areas = [.. areas.OrderBy(a => a.Kind, StringComparer.Ordinal)];

    /// <summary>The kinds that there are.</summary>
    public string[] Kinds => [.. _areas.Select(a => a.Kind).Distinct()];

    /// <summary>The states that there are.</summary>
    public string[] States => [.. _areas.SelectMany(a => a.States).Distinct()];

    /// <summary>One page.</summary>
    /// <param name="environment">Whose jobs.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="statusOf">Tells the custom status of a job's orchestration; null when there is none.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Page<Job>> ReadAsync(
        AppEnvironment environment, JobQuery query, Func<string, Task<string?>> statusOf, CancellationToken cancel)
    {
        // The last place first, so that it can give way.
        var nearest = new PriorityQueue<(IListsJobs Area, Job Job), string>(
            Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a)));
        foreach (var area in _areas.Where(a => query.Kind is null || a.Kind == query.Kind))
            await foreach (var job in area.ReadAsync(environment, cancel))
            {
                var place = PlaceOf(job);
                if (query.After is not null && string.CompareOrdinal(place, query.After) <= 0) continue;
                // What is at work may say better than its row where it stands.
                if (query.State is { } state && state != (await ToldAsync(area, job, statusOf)).State) continue;
                nearest.Enqueue((area, job), place);
                if (nearest.Count > query.Limit + 1) nearest.Dequeue();
            }

        var found = new List<(IListsJobs Area, Job Job)>();
        while (nearest.TryDequeue(out var next, out _)) found.Insert(0, next);
        var more = found.Count > query.Limit;
        if (more) found.RemoveAt(query.Limit);
        var jobs = await Task.WhenAll(found.Select(f => ToldAsync(f.Area, f.Job, statusOf)));
        return new Page<Job>(jobs, more ? Cursor.Write(PlaceOf(jobs[^1])) : null);
    }

    private static async Task<Job> ToldAsync(IListsJobs area, Job job, Func<string, Task<string?>> statusOf) =>
        job.IsAtWork && await statusOf(job.Id) is { } status ? area.With(job, status) : job;

    private static string PlaceOf(Job job) => $"{Newest.First(job.CreatedAt, job.Kind)}|{job.Id}";
}
