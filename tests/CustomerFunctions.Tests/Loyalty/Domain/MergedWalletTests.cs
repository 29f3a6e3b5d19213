using CustomerFunctions.Loyalty.Domain;

namespace CustomerFunctions.Tests.Loyalty.Domain;

/// <summary>What becomes of lots, debts and tiers when one wallet is merged into another.</summary>
public sealed class MergedWalletTests
{
    private const string Gone = "live|stars|gone";

    [Fact]
    public void Lots_keep_name_origin_start_and_expiry_whether_active_pending_or_waiting()
    {
        var one = On(Gone).Add(10, expiry: "1D").Add(20, start: "5h", expiry: "1Y").Add(30, start: "on_action", expiry: "2D")
            .Add(40, ledger: "gifts");
        var (left, merged) = Merge(one, On(Wallets.Name).Add(1));
        Assert.Empty(left.State.Lots);
        Assert.Equal(
            one.State.Lots.Select(l => l with { Seq = 0 }).OrderBy(l => l.Id, StringComparer.Ordinal),
            merged.State.Lots.Where(l => l.Remaining != Points.From(1)).Select(l => l with { Seq = 0 })
                .OrderBy(l => l.Id, StringComparer.Ordinal));
        Assert.Equal((51, 50, 0), merged.Figures());
        // What was pending begins at its time, what waits can be activated.
        Assert.Equal((71, 30, 0), merged.Figures(Wallets.Noon.AddHours(5)));
        var waiting = merged.State.Lots.Single(l => l.Start is null);
        Assert.Equal((81, 20, 0), merged.Activate(waiting.Seq).Value!.Figures());
        Assert.Null(merged.Verify().FirstBad);
    }

    [Theory]
    [InlineData(TierDowngrade.Never, "Gold")]
    [InlineData(TierDowngrade.EndOfPeriod, "Gold")]
    [InlineData(TierDowngrade.OnBalance, "Silver")]
    public void The_better_tier_holds_as_far_as_the_program_lets_tiers_hold(TierDowngrade downgrade, string expected)
    {
        var tiers = Wallets.Program().Tiers with { Downgrade = downgrade };
        var one = On(Gone, tiers).Add(500).Deduct(480).Value!;
        var (_, merged) = Merge(one, On(Wallets.Name, tiers).Add(100));
        Assert.Equal(expected, merged.State.Standing.Tier);
        Assert.Null(merged.Verify().FirstBad);
    }

    [Fact]
    public void What_both_have_earned_in_the_period_counts_together()
    {
        var tiers = Wallets.Program().Tiers with { Basis = TierBasis.Earned, Downgrade = TierDowngrade.EndOfPeriod };
        var one = On(Gone, tiers).Add(300).Deduct(300).Value!;
        var (_, merged) = Merge(one, On(Wallets.Name, tiers).Add(250));
        Assert.Equal(("Gold", Points.From(550)), (merged.State.Standing.Tier, merged.State.Standing.Earned));
    }

    [Fact]
    public void What_one_owes_the_other_pays_and_owes_on()
    {
        var one = On(Gone).Correct(70).Value!;
        var other = On(Wallets.Name).Add(50);
        var owed = one.State.Debts.Sum(d => d.Remaining);
        var paying = Moves.Shoulder(other, "main", owed, new TransferLink("pay", Gone, "main"), Wallets.NewStamp());
        var paid = Moves.In(
            one, "main", Moves.Luggage(other.State, paying.Entries[^1]), new TransferLink("pay", Wallets.Name, "main"),
            paying.Now, Wallets.NewStamp());
        Assert.Equal((0, 0, 20), paying.Figures());
        Assert.Empty(paid.State.Debts);
        Assert.Empty(paid.State.Lots);
        Assert.Null(paying.Verify().FirstBad);
    }

    private static Draft On(string wallet, TierPolicy? tiers = null) =>
        Draft.On(wallet, WalletState.Empty, tiers ?? Wallets.Program().Tiers, Wallets.Noon);

    private static (Draft Left, Draft Merged) Merge(Draft one, Draft other)
    {
        var stood = one.State.Standing;
        one = one with { Tiers = TierPolicy.None };
        while (Moves.OutAll(one, l => new TransferLink("m", other.Wallet, l), Wallets.NewStamp()) is { } left)
        {
            var moved = left.Entries[^1];
            var luggage = Moves.Luggage(one.State, moved);
            other = Moves.In(
                other, moved.Ledger, luggage, new TransferLink("m", Gone, moved.Ledger), left.Now, Wallets.NewStamp());
            one = left;
        }

        return (one, Moves.EndMerge(other, new TransferLink("e", Gone, "main"), stood, Wallets.NewStamp()));
    }
}
