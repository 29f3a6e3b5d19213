using System.Text.Json.Serialization;
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

    /// <summary>Called off.</summary>
    Cancelled,
}

/// <summary>What is wanted; null takes all.</summary>
/// <param name="Kind">Of customers: <c>registered</c> or <c>guest</c>.</param>
/// <param name="Status">Of customers: <c>active</c> or <c>inactive</c>; of transactions where they stand.</param>
public sealed record ExportFilter(string? Kind, string? Status)
{
    /// <summary>Stands where a text named a customer who was erased.</summary>
    public const string Erased = "(erased)";

    /// <summary>Customers whom a search finds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Search { get; init; }

    /// <summary>Customers with a tag.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tag { get; init; }

    /// <summary>Customers made after an instant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Customers made before an instant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Customers with an activity after an instant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ActiveAfter { get; init; }

    /// <summary>Customers without an activity from an instant on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ActiveBefore { get; init; }

    /// <summary>Transactions or entries of one customer, by integration id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Profile { get; init; }

    /// <summary>Entries of one ledger.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ledger { get; init; }

    /// <summary>Transactions or entries from an instant on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? After { get; init; }

    /// <summary>Transactions or entries before an instant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Before { get; init; }

    /// <summary>The filter without texts that name a customer.</summary>
    /// <param name="names">Tells whether a text does.</param>
    public ExportFilter Without(Func<string, bool> names) => this with
    {
        Search = Search is { } typed && names(typed) ? Erased : Search,
        Profile = Profile is { } id && names(id) ? Erased : Profile,
    };
}

/// <summary>What was asked for.</summary>
/// <param name="Kind">What the rows are: <c>customers</c>, <c>transactions</c> or <c>loyalty-log</c>.</param>
/// <param name="Format"><c>csv</c> or <c>xlsx</c>.</param>
/// <param name="Filter">Which of them.</param>
/// <param name="Fields">Which columns, in this order.</param>
public sealed record ExportOrder(string Kind, string Format, ExportFilter Filter, IReadOnlyList<string> Fields)
{
    /// <summary>The layout whose columns are named as this app names them.</summary>
    public const string Plain = "plain";

    /// <summary>For which system the columns are laid out.</summary>
    public string Layout { get; init; } = Plain;

    /// <summary>True for a file that is compressed whatever its format.</summary>
    public bool Compress { get; init; }

    /// <summary>Whose log; null for other kinds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Program { get; init; }

    /// <summary>How instants are written; null for as usual.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DateFormat { get; init; }
}

/// <summary>The finished file.</summary>
/// <param name="Blob">Its name in the container.</param>
/// <param name="Rows">Rows in it, without headers.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in hex.</param>
public sealed record ExportFile(string Blob, long Rows, long Bytes, string Sha256);

/// <summary>One export.</summary>
public sealed record ExportRecord(
    string ExportId, AppEnvironment Environment, string Application, ExportOrder Order, string BodyHash,
    ExportState State, DateTimeOffset CreatedAt)
{
    /// <summary>When its work began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Parts that it was cut into; 0 before.</summary>
    public int Parts { get; init; }

    /// <summary>The file; null before the end, and once it is gone.</summary>
    public ExportFile? File { get; init; }

    /// <summary>When the file goes; null without one.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the file went because it was old.</summary>
    public DateTimeOffset? ExpiredAt { get; init; }

    /// <summary>When it was taken back because a customer in it was erased; its file is gone.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>The instant that the file speaks of: what was there then is in it.</summary>
    [JsonIgnore]
    public DateTimeOffset AsOf => CreatedAt;

    /// <summary>True when nothing will change any more but that the file goes.</summary>
    [JsonIgnore]
    public bool HasEnded => State is ExportState.Completed or ExportState.Failed or ExportState.Cancelled;
}
