using CustomerFunctions.Loyalty.Domain;
using static CustomerFunctions.Tests.Loyalty.Domain.Wallets;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>What is found though every hash fits, because somebody could make all of them anew.</summary>
public sealed class VerificationTests
{
    private static readonly Draft Ten = Empty().Add(10);

    private static readonly Draft Owing = Empty().Add(50).Deduct(50).Value.TakeBack(30).Add(40, "1h");

    public static TheoryData<string> Heads => [.. ForgedHeads.Keys];

    private static readonly Dictionary<string, (Func<WalletState, WalletState> Forge, string Reason)> ForgedHeads =
        new()
        {
            ["seq"] = (h => h with { Seq = h.Seq + 1 }, "The head counts other entries than there are."),
            ["hash"] = (h => h with { Hash = "forged" }, "The head's hash is not the last entry's."),
            ["points"] = (h => h with { Lots = [h.Lots[0] with { Remaining = new Points(1) }] }, DifferentFigures),
            ["state"] = (h => h with { Lots = [h.Lots[0] with { IsActive = true }] }, DifferentFigures),
            ["expiry"] = (h => h with { Lots = [h.Lots[0] with { Expiry = Noon.AddYears(9) }] }, DifferentFigures),
            ["lots"] = (h => h with { Lots = h.Lots.Add(h.Lots[0]) }, DifferentFigures),
            ["debts"] = (h => h with { Debts = [] }, DifferentFigures),
            ["tier"] = (h => h with { Standing = Standing.None with { Tier = "Gold" } }, DifferentFigures),
            ["joined"] = (h => h with { FirstEarnedAt = Noon.AddDays(-1) }, DifferentFigures),
            ["totals"] = (h => h with { Totals = h.Totals.SetItem("main", LedgerTotals.None) }, DifferentFigures),
        };

    private const string DifferentFigures = "The head's lots or totals are not the entries'.";

    [Theory]
    [MemberData(nameof(Heads))]
    public void A_head_that_says_something_else_than_the_entries_is_found(string what)
    {
        var (forge, reason) = ForgedHeads[what];
        Assert.Equal(reason, (Owing with { State = forge(Owing.State) }).Verify().FirstBad?.Reason);
        Assert.Null(Owing.Verify().FirstBad);
    }

    [Theory]
    [InlineData("-5", "It holds points that are none.")]
    [InlineData("0", "It holds points that are none.")]
    [InlineData("10.01", "It takes more points out of lot {0} than there are.")]
    [InlineData("10", null)]
    public void More_than_a_lot_holds_and_less_than_something_is_found(string points, string? reason)
    {
        var taken = Points.From(decimal.Parse(points, System.Globalization.CultureInfo.InvariantCulture));
        var lot = Ten.State.Lots[0].Id;
        Assert.Equal(
            reason?.Replace("{0}", lot), Deducted(new Allocation(lot, taken)).Verify().FirstBad?.Reason);
    }

    [Fact]
    public void Points_out_of_a_lot_that_is_not_open_are_found() => Assert.Equal(
        new BadEntry(2, "It takes more points out of lot nowhere than there are.", "I1"),
        Deducted(new Allocation("nowhere", Points.From(5))).Verify().FirstBad);

    [Fact]
    public void A_debt_beside_active_points_is_found() => Assert.Equal(
        new BadEntry(2, "Points are active while the balance is negative.", "I3"),
        Deducted(new Allocation("", Points.From(5), "debt")).Verify().FirstBad);

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    public void A_balance_that_does_not_follow_from_the_entries_is_found(long active, long pending, long negative)
    {
        var said = Ten.Entries[0].BalanceAfter;
        Assert.Equal("Its balance does not follow from the entries.", FirstBad(Ten.Entries[0] with
        {
            BalanceAfter = new BalanceAfter(
                said.Active + new Points(active), said.Pending + new Points(pending),
                said.Negative + new Points(negative)),
        })?.Reason);
    }

    [Fact]
    public void A_recording_time_before_the_one_before_is_found()
    {
        var late = Ten.Entries[0] with { RecordedAt = Noon.AddDays(1) };
        var second = Ten.Add(1).Entries[1];
        Assert.Null(FirstBad(late, second with { RecordedAt = Noon.AddDays(1) }));
        Assert.Equal(new BadEntry(2, "It was recorded before the entry before it.", "I8"), FirstBad(late, second));
    }

    [Fact]
    public void A_chain_does_not_verify_as_that_of_another_wallet()
    {
        var verification = new Verification("live|stars|somebody else");
        verification.Next(Ten.Entries[0], null);
        Assert.NotNull(verification.FirstBad);
    }

    private static Draft Deducted(Allocation allocation) => Ten.With(
        Draft.Entry(EntryKind.Deducted, "main", allocation.Points, Noon) with { Allocations = [allocation] });

    /// <summary>Seals the entries anew and answers the first that is found bad all the same.</summary>
    private static BadEntry? FirstBad(params LedgerEntry[] entries)
    {
        var verification = new Verification(Name);
        var hash = "";
        foreach (var entry in entries)
        {
            var made = Chain.Seal(entry, Name, hash);
            verification.Next(made, null);
            hash = made.Hash;
        }

        return verification.FirstBad;
    }
}
