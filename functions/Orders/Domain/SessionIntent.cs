using System.Collections.Immutable;

namespace CustomerFunctions.Orders.Domain;

/// <summary>What is done with a session that has effects.</summary>
public enum SessionMove
{
    /// <summary>It is closed: everything takes effect.</summary>
    Close,

    /// <summary>Some of it is given back.</summary>
    Return,

    /// <summary>It is cancelled: everything is rolled back.</summary>
    Cancel,

    /// <summary>It is opened again: everything is rolled back.</summary>
    Reopen,
}

/// <summary>What a step does with points.</summary>
public enum PointsStepKind
{
    /// <summary>Gives back what the session has spent, to the lots that it came out of.</summary>
    GiveBack,

    /// <summary>Takes back what the session has earned.</summary>
    TakeBack,

    /// <summary>Grants what the session earns.</summary>
    Award,
}

/// <summary>Points in one ledger of one wallet.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Program">In which program.</param>
/// <param name="Owner">Whose wallet: a customer's or card's key.</param>
/// <param name="Ledger">In which of its ledgers.</param>
/// <param name="Hundredths">How many, in hundredths of a point; nothing is done for 0.</param>
public sealed record PointsStep(PointsStepKind Kind, string Program, string Owner, string Ledger, long Hundredths)
{
    /// <summary>The code of the loyalty card whose wallet it is; null for a customer's.</summary>
    public string? Card { get; init; }

    /// <summary>What the session had earned there and still has, before this step takes some of it back.</summary>
    public long Outstanding { get; init; }

    /// <summary>Why, as a sentence for the caller.</summary>
    public string? Explanation { get; init; }

    /// <summary>Names the step within its intent.</summary>
    public string Name() => $"{Kind}|{Program}|{Owner}|{Ledger}";
}

/// <summary>All that will be done, decided before the first step and never changed after.</summary>
/// <param name="Number">Counts the session's intents from 1.</param>
/// <param name="Id">Names it in everything that it does.</param>
/// <param name="Move">What is done.</param>
/// <param name="At">When: server time.</param>
/// <param name="By">Who asked for it: <c>application:shop</c>.</param>
/// <param name="Points">What happens to points, in this order.</param>
public sealed record SessionIntent(
    long Number, string Id, SessionMove Move, DateTimeOffset At, string By, ImmutableArray<PointsStep> Points)
{
    /// <summary>The cards that a close teaches.</summary>
    public ImmutableArray<string> Fingerprints { get; init; } = [];

    /// <summary>What is given back.</summary>
    public SessionReturn? Return { get; init; }

    /// <summary>The change that gives it back.</summary>
    public ReturnKey? ReturnKey { get; init; }

    /// <summary>The tallies that a close begins with.</summary>
    public ImmutableArray<PointsTally> Tallies { get; init; } = [];
}

/// <summary>What became of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Done">What of it was done, in hundredths, points that had expired or are owed now included.</param>
/// <param name="Effect">As the caller is told; null for nothing to tell.</param>
public sealed record PointsDone(PointsStep Step, long Done, Effect? Effect);
