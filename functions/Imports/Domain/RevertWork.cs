namespace CustomerFunctions.Imports.Domain;

/// <summary>Where the undoing of an import stands: all that its orchestration carries.</summary>
/// <param name="Order">Which import.</param>
/// <param name="Pieces">The pieces that wrote something; null before they are known.</param>
/// <param name="Next">The first of them that is not undone.</param>
public sealed record RevertPosition(ImportOrder Order, IReadOnlyList<int>? Pieces, int Next)
{
    /// <summary>What became of the rows so far.</summary>
    public RevertCounts Counts { get; init; } = RevertCounts.None;

    /// <summary>True when nothing is left to undo.</summary>
    public bool IsDone => Pieces is not null && Next >= Pieces.Count;
}

/// <summary>One piece of what an import has written.</summary>
public sealed record RevertPiece(ImportOrder Order, int Number);

/// <summary>How the undoing of an import ends.</summary>
/// <param name="Order">Which import.</param>
/// <param name="Counts">What became of the rows.</param>
/// <param name="HasFailed">True when a fault stopped it.</param>
public sealed record RevertEnding(ImportOrder Order, RevertCounts Counts, bool HasFailed);
