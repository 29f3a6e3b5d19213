using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty;

/// <summary>Audits in the list of jobs.</summary>
public sealed class AuditJobs(AuditsTable audits) : IListsJobs
{
    /// <inheritdoc/>
    public string Kind => "audit";

    /// <inheritdoc/>
    public IReadOnlyList<string> States { get; } = [.. Enum.GetValues<AuditState>().Select(Json.Word)];

    /// <inheritdoc/>
    public IAsyncEnumerable<Job> ReadAsync(AppEnvironment environment, CancellationToken cancel) =>
        audits.ReadAsync(environment, cancel).Select(audit => new Job(
            audit.AuditId, Kind, audit.Program, Json.Word(audit.State), audit.StartedAt,
            $"programs/{audit.Program}/audits/{audit.AuditId}")
        {
            StartedAt = audit.State == AuditState.Queued ? null : audit.StartedAt,
            FinishedAt = audit.EndedAt,
            IsAtWork = !audit.HasEnded,
            Progress = Progress(audit.State == AuditState.Completed ? 100 : null, audit.Counts),
        });

    // The row is written at the start and at the end only: what tells of counts is at work.
    /// <inheritdoc/>
    public Job With(Job job, string status) => job with
    {
        State = Json.Word(AuditState.Running),
        StartedAt = job.CreatedAt,
        Progress = Progress(null, Json.Read<AuditCounts>(status)),
    };

    private static JobProgress Progress(int? percent, AuditCounts counts) => new(percent, new Dictionary<string, long>
    {
        ["wallets"] = counts.Wallets,
        ["entries"] = counts.Entries,
        ["wrong"] = counts.WrongCount,
    });
}
