namespace CustomerFunctions.Orders.Domain;

/// <summary>Points that a close is worth.</summary>
/// <param name="Program">In which program.</param>
/// <param name="Owner">Whose wallet they go to: a customer's or card's key.</param>
/// <param name="Ledger">To which of its ledgers.</param>
/// <param name="Hundredths">How many, in hundredths of a point; always positive.</param>
/// <param name="Rate">How the program paid.</param>
public sealed record Award(string Program, string Owner, string Ledger, long Hundredths, EarnRate Rate)
{
    /// <summary>The code of the loyalty card that they go to, as the order names it; null for the customer.</summary>
    public string? Card { get; init; }

    /// <summary>Why, as a sentence for the caller.</summary>
    public string? Explanation { get; init; }

    /// <summary>The step that grants what is not there already.</summary>
    public PointsStep Step(IEnumerable<PointsTally> tallies) =>
        new(PointsStepKind.Award, Program, Owner, Ledger, Math.Max(0, Hundredths - KeptIn(tallies)))
        {
            Card = Card,
            Outstanding = Math.Min(Hundredths, KeptIn(tallies)),
            Explanation = Explanation,
        };

    /// <summary>The tally once they are there.</summary>
    public PointsTally After(IEnumerable<PointsTally> tallies) => new(Program, Owner, Ledger)
    {
        Card = Card,
        Rate = Rate,
        Due = Hundredths,
        Earned = Math.Max(Hundredths, KeptIn(tallies)),
    };

    private long KeptIn(IEnumerable<PointsTally> tallies) => tallies
        .Where(t => (t.Program, t.Owner, t.Ledger) == (Program, Owner, Ledger)).Sum(t => t.Earned);
}
