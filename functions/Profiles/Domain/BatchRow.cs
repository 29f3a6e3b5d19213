using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>By what a row finds the customer that it is about.</summary>
public enum BatchMatch
{
    /// <summary>The registered owner of the row's email.</summary>
    Email,

    /// <summary>The registered owner of the row's phone.</summary>
    Phone,

    /// <summary>The customer of the row's integration id.</summary>
    IntegrationId,
}

/// <summary>What happens to a customer that is there already.</summary>
public enum BatchExisting
{
    /// <summary>Fields that the row gives overwrite; the others stay.</summary>
    Update,

    /// <summary>The row is left out.</summary>
    Skip,
}

/// <summary>How a batch is written; the same for every run of one import.</summary>
/// <param name="OnExisting">What happens to customers that are there already.</param>
/// <param name="MatchBy">By what they are found.</param>
/// <param name="StartedAt">When the import started: the same in every run, because the keys of new customers are
/// made from it.</param>
public sealed record BatchOptions(BatchExisting OnExisting, BatchMatch MatchBy, DateTimeOffset StartedAt);

/// <summary>One customer of a batch.</summary>
/// <param name="ChangeId">Names the row's change: the same in every run (import id and line).</param>
/// <param name="IntegrationId">The file's own id, or null: then one is made from the change id.</param>
/// <param name="Profile">What the row gives, checked by <see cref="ProfileRequest"/>.</param>
public sealed record BatchRow(string ChangeId, string? IntegrationId, Profile Profile);

/// <summary>What became of a row.</summary>
public enum BatchChange
{
    /// <summary>A new customer.</summary>
    Created,

    /// <summary>A customer that was there has changed.</summary>
    Updated,

    /// <summary>A customer that was there says all of it already.</summary>
    Unchanged,

    /// <summary>A customer that was there, and such are left out.</summary>
    Skipped,

    /// <summary>Nothing was written, for the reason given.</summary>
    Rejected,
}

/// <summary>What became of a row, in the order of the rows.</summary>
/// <param name="Change">What was done.</param>
/// <param name="IntegrationId">The customer's id, also when the row gave none; null when rejected.</param>
/// <param name="Rejection">Why not, when rejected.</param>
public sealed record BatchOutcome(BatchChange Change, string? IntegrationId, BatchRejection? Rejection = null)
{
    /// <summary>The customer that was made or changed; null when nothing was written.</summary>
    public ProfileKey? Written { get; init; }
}

/// <summary>What a row would do, by what is stored now.</summary>
/// <param name="Change">What would become of it.</param>
/// <param name="IntegrationId">The customer's id; null for a new one whose row gives none.</param>
/// <param name="Changes">What would be other than it is.</param>
/// <param name="Rejection">Why not, when it would be rejected.</param>
public sealed record BatchForecast(
    BatchChange Change, string? IntegrationId, IReadOnlyList<FieldChange> Changes, BatchRejection? Rejection = null);

/// <summary>Why a row was rejected.</summary>
/// <param name="Code">Stable: <c>email-taken</c>, <c>phone-taken</c>, <c>id-taken</c>, <c>contention</c>,
/// <c>invalid</c>.
/// </param>
/// <param name="Detail">A sentence without personal data.</param>
/// <param name="Column">The profile field at fault: <c>email</c>, <c>phone</c>, <c>integrationId</c>; null when
/// none.</param>
public sealed record BatchRejection(string Code, string Detail, string? Column);
