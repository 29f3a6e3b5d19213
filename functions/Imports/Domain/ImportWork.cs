using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Domain;

/// <summary>What an import's orchestration is started with.</summary>
public sealed record ImportOrder(AppEnvironment Environment, string ImportId);

/// <summary>One piece of work: an activity's input. The same piece always rewrites the same blobs.</summary>
/// <param name="Environment">Whose import.</param>
/// <param name="ImportId">Which import.</param>
/// <param name="Number">Which range or partition.</param>
/// <param name="Ranges">Ranges of the file.</param>
/// <param name="Partitions">Partitions by hash of the rows' keys.</param>
/// <param name="Encoding">As the whole file told it.</param>
public sealed record ImportPiece(
    AppEnvironment Environment, string ImportId, int Number, int Ranges, int Partitions, FileEncoding Encoding);

/// <summary>What the pass over the file found.</summary>
public sealed record ScanResult(int Ranges, long Rows, FileEncoding Encoding);

/// <summary>Steps of an import, in their order. The rows in each are independent pieces.</summary>
public enum ImportStage
{
    /// <summary>Wait until no other import of the kind runs.</summary>
    Turn,

    /// <summary>One pass over the file that cuts it into ranges.</summary>
    Scan,

    /// <summary>Each range: read, check, and spool rows by hash of their match key.</summary>
    Read,

    /// <summary>Each partition: the lowest line of equal match keys wins, and says what else it claims.</summary>
    Claim,

    /// <summary>Each partition: the lowest line of equal other keys wins.</summary>
    Settle,

    /// <summary>Each partition: write the rows that are left.</summary>
    Apply,

    /// <summary>Merge the rejected rows, remove what was temporary, tell.</summary>
    Finish,

    /// <summary>Nothing is left to do.</summary>
    Done,
}

/// <summary>Where an orchestration stands: all that it carries from one generation to the next.</summary>
/// <param name="Order">Which import.</param>
/// <param name="Stage">The step at work.</param>
/// <param name="Next">The first piece of the step that is not done.</param>
public sealed record ImportPosition(ImportOrder Order, ImportStage Stage, int Next)
{
    /// <summary>Rows in a partition, about: what one activity holds in memory and writes together.</summary>
    public const int PartitionRows = 10_000;

    /// <summary>Most partitions; beyond 2.5 million rows they grow instead.</summary>
    public const int PartitionsMax = 256;

    /// <summary>True when an activity has found the import paused or stopping: the turn is asked for anew, and what was
    /// begun is done again, which changes nothing.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Ranges of the file.</summary>
    public int Ranges { get; init; }

    /// <summary>Partitions.</summary>
    public int Partitions { get; init; }

    /// <summary>Rows that the pass over the file counted, blank lines left out.</summary>
    public long Rows { get; init; }

    /// <summary>As the whole file told it.</summary>
    public FileEncoding Encoding { get; init; }

    /// <summary>What became of the rows so far.</summary>
    public ImportCounts Counts { get; init; } = ImportCounts.None;

    /// <summary>Pieces of the step at work.</summary>
    public int Pieces => Stage switch
    {
        ImportStage.Read => Ranges,
        ImportStage.Claim or ImportStage.Settle or ImportStage.Apply => Partitions,
        _ => 1,
    };

    /// <summary>The position after the pass over the file.</summary>
    public ImportPosition Scanned(ScanResult scan) => this with
    {
        Ranges = scan.Ranges,
        Rows = scan.Rows,
        Encoding = scan.Encoding,
        Partitions = (int)Math.Clamp((scan.Rows + PartitionRows - 1) / PartitionRows, 1, PartitionsMax),
    };

    /// <summary>What some pieces have done beside others that did nothing: it counts when the import ends here.
    /// </summary>
    public ImportCounts Beside { get; init; } = ImportCounts.None;

    /// <summary>The position when some pieces found the import paused or stopping.</summary>
    public ImportPosition Held(ImportCounts beside) => this with { IsHeld = true, Beside = beside };

    /// <summary>The position once the turn is this import's.</summary>
    public ImportPosition Taken() => Stage == ImportStage.Turn
        ? After(1, ImportCounts.None)
        : this with { IsHeld = false, Beside = ImportCounts.None };

    /// <summary>The end from here.</summary>
    public ImportEnding Ending(string? fault = null, bool isStopped = false) =>
        new(Order, Ranges, Partitions, Counts.Plus(Beside), fault) { IsStopped = isStopped };

    /// <summary>The position after some pieces, which may end the step.</summary>
    public ImportPosition After(int pieces, ImportCounts counts)
    {
        var next = this with { Next = Next + pieces, Counts = Counts.Plus(counts) };
        return next.Next < Pieces ? next : next with { Stage = Stage + 1, Next = 0 };
    }

    /// <summary>What is told of it while it runs.</summary>
    public ImportProgress Progress() => new(Stage, Next, Pieces, Rows, Counts);

    /// <summary>One piece of the step at work.</summary>
    public ImportPiece Piece(int number) =>
        new(Order.Environment, Order.ImportId, number, Ranges, Partitions, Encoding);
}

/// <summary>Whose turn it is.</summary>
public enum TurnAnswer
{
    /// <summary>This import's.</summary>
    Yours,

    /// <summary>Another's, or the import is paused; it will be woken.</summary>
    Wait,

    /// <summary>A caller wants it to end as it is.</summary>
    Stop,

    /// <summary>This import has ended: nothing is left to do.</summary>
    Over,
}

/// <summary>How an import ends.</summary>
/// <param name="Order">Which import.</param>
/// <param name="Ranges">Ranges of the file.</param>
/// <param name="Partitions">Partitions.</param>
/// <param name="Counts">What became of the rows.</param>
/// <param name="Fault">Why it failed; null when it did not.</param>
public sealed record ImportEnding(
    ImportOrder Order, int Ranges, int Partitions, ImportCounts Counts, string? Fault)
{
    /// <summary>True when a caller has ended it before all was done.</summary>
    public bool IsStopped { get; init; }
}

/// <summary>What an activity has done of a piece.</summary>
/// <param name="Counts">What became of rows.</param>
/// <param name="IsHeld">True when it did nothing because the import is paused or stopping.</param>
public sealed record PieceResult(ImportCounts Counts, bool IsHeld = false)
{
    /// <summary>Nothing was done.</summary>
    public static PieceResult Held { get; } = new(ImportCounts.None, IsHeld: true);
}

/// <summary>How far an import is, as its orchestration tells while it runs.</summary>
public sealed record ImportProgress(ImportStage Stage, int Done, int Of, long Rows, ImportCounts Counts)
{
    /// <summary>Roughly what part of the whole work lies before each step ends; measured with new customers.</summary>
    private static readonly double[] EndsAt = [0, 0.02, 0.25, 0.3, 0.32, 0.97, 1, 1];

    /// <summary>The part of the work that is done, from 0 to 1.</summary>
    public double Fraction()
    {
        var from = Stage == 0 ? 0 : EndsAt[(int)Stage - 1];
        return from + ((EndsAt[(int)Stage] - from) * Done / Math.Max(1, Of));
    }
}
