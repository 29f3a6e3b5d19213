using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Where an audit stands.</summary>
public enum AuditState
{
    /// <summary>Asked for.</summary>
    Queued,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Every wallet was looked at.</summary>
    Completed,

    /// <summary>Stopped by a fault.</summary>
    Failed,
}

/// <summary>One audit of all wallets of a program.</summary>
public sealed record AuditRecord(
    string AuditId, AppEnvironment Environment, string Program, string BodyHash, AuditState State,
    DateTimeOffset StartedAt)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What it has found at its end.</summary>
    public AuditCounts Counts { get; init; } = AuditCounts.None;

    /// <summary>The first wallets that are wrong.</summary>
    public IReadOnlyList<WrongWallet> Wrong { get; init; } = [];

    /// <summary>True when nothing will change any more.</summary>
    public bool HasEnded => State is AuditState.Completed or AuditState.Failed;
}
