using System.Text.Json.Nodes;

namespace CustomerFunctions.Imports.Domain;

/// <summary>Why a row is not taken.</summary>
/// <param name="Column">Its column's header, or the field's name when no column is mapped to it; empty when it is the
/// whole row.</param>
/// <param name="Code">Stable: listed in the README.</param>
/// <param name="Reason">Sentences without the cell's content.</param>
public sealed record RowFault(string Column, string Code, string Reason);

/// <summary>What became of a row.</summary>
public enum RowChange
{
    /// <summary>Something new.</summary>
    Created,

    /// <summary>Something that was there has changed.</summary>
    Updated,

    /// <summary>What was there says all of it already.</summary>
    Unchanged,

    /// <summary>It was there, and such are left out.</summary>
    Skipped,

    /// <summary>Nothing was written, for the reason given.</summary>
    Rejected,
}

/// <summary>What became of a row, the same in every run.</summary>
/// <param name="Change">What was done.</param>
/// <param name="Fault">Why not, when rejected.</param>
public sealed record RowOutcome(RowChange Change, RowFault? Fault = null)
{
    /// <summary>What was written, as its kind finds it again to undo it: keys, nothing personal. Null when nothing was.
    /// </summary>
    public string? Written { get; init; }

    /// <summary>A row that was not taken.</summary>
    public static RowOutcome Of(RowFault fault) => new(RowChange.Rejected, fault);
}

/// <summary>What a row would do.</summary>
public enum PlannedChange
{
    /// <summary>It would make something.</summary>
    Create,

    /// <summary>It would change something that is there.</summary>
    Update,

    /// <summary>What is there says all of it already.</summary>
    Unchanged,

    /// <summary>It is there, and such are left out.</summary>
    Skip,

    /// <summary>What it says belongs to somebody else, or an earlier row says it too.</summary>
    Conflict,

    /// <summary>It cannot be read.</summary>
    Error,
}

/// <summary>One field that a row would change.</summary>
/// <param name="Name">As in the customer: <c>consent.email</c>.</param>
/// <param name="From">What it holds; null for nothing.</param>
/// <param name="To">What it would hold.</param>
public sealed record PlannedField(string Name, JsonNode? From, JsonNode? To);

/// <summary>What is wrong with a row.</summary>
public sealed record RowError(string Column, string Code, string Detail);

/// <summary>What a row would do, by what is stored now.</summary>
/// <param name="Line">The physical line on which it begins.</param>
/// <param name="Change">What it would do.</param>
public sealed record RowPlan(int Line, PlannedChange Change)
{
    /// <summary>The customer's integration id; null when there is none yet or it is not told by the row.</summary>
    public string? ProfileId { get; init; }

    /// <summary>What would be other than it is.</summary>
    public IReadOnlyList<PlannedField> Fields { get; init; } = [];

    /// <summary>Why nothing would be written.</summary>
    public IReadOnlyList<RowError> Errors { get; init; } = [];

    /// <summary>A row that would not be taken.</summary>
    public static RowPlan Of(int line, RowFault fault, PlannedChange change = PlannedChange.Error) =>
        new(line, change) { Errors = [new RowError(fault.Column, fault.Code, fault.Reason)] };

    /// <summary>What would become of the row, for a dry run.</summary>
    public RowOutcome Outcome() => Change switch
    {
        PlannedChange.Create => new RowOutcome(RowChange.Created),
        PlannedChange.Update => new RowOutcome(RowChange.Updated),
        PlannedChange.Unchanged => new RowOutcome(RowChange.Unchanged),
        PlannedChange.Skip => new RowOutcome(RowChange.Skipped),
        _ => RowOutcome.Of(new RowFault(Errors[0].Column, Errors[0].Code, Errors[0].Detail)),
    };
}
