using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports.Domain;

/// <summary>Where an export stands.</summary>
public enum ExportState
{
    /// <summary>Asked for.</summary>
    Queued,

    /// <summary>At work.</summary>
    Running,

    /// <summary>The file is there.</summary>
    Completed,

    /// <summary>Stopped by a fault.</summary>
    Failed,
}

/// <summary>Which customers are wanted; null takes all.</summary>
/// <param name="Kind"><c>registered</c> or <c>guest</c>.</param>
/// <param name="Status"><c>active</c> or <c>inactive</c>.</param>
public sealed record ExportFilter(string? Kind, string? Status);

/// <summary>What was asked for.</summary>
/// <param name="Kind">What the rows are: <c>customers</c>.</param>
/// <param name="Format"><c>csv</c>.</param>
/// <param name="Filter">Which customers.</param>
/// <param name="Fields">Which columns, in this order.</param>
public sealed record ExportOrder(string Kind, string Format, ExportFilter Filter, IReadOnlyList<string> Fields);

/// <summary>The finished file.</summary>
/// <param name="Blob">Its name in the container.</param>
/// <param name="Rows">Customers in it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in hex.</param>
public sealed record ExportFile(string Blob, long Rows, long Bytes, string Sha256);

/// <summary>One export.</summary>
public sealed record ExportRecord(
    string ExportId, AppEnvironment Environment, string Application, ExportOrder Order, string BodyHash,
    ExportState State, DateTimeOffset CreatedAt)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The file; null before the end.</summary>
    public ExportFile? File { get; init; }

    /// <summary>When it was taken back because a customer in it was erased; its file is gone.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>True when nothing will change any more.</summary>
    public bool HasEnded => State is ExportState.Completed or ExportState.Failed;
}
