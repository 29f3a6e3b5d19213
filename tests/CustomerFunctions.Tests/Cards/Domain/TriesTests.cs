using CustomerFunctions.Cards.Domain;

namespace CustomerFunctions.Tests.Cards.Domain;

public sealed class TriesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_sixth_try_within_an_hour_is_refused_until_an_hour_after_the_fifth()
    {
        var tries = default(Tries);
        for (var i = 1; i <= 5; i++)
        {
            tries = Tries.Next(tries, $"g{i}", Noon.AddMinutes(i)).Value;
            Assert.Equal(i, tries.Count);
        }

        var refused = Tries.Next(tries, "g6", Noon.AddMinutes(35)).Error!;
        Assert.Equal(("too-many-tries", TimeSpan.FromMinutes(30)), (refused.Code, refused.RetryAfter));
        Assert.False(Tries.Next(tries, "g6", Noon.AddMinutes(65).AddTicks(-1)).IsOk);
        Assert.Equal(1, Tries.Next(tries, "g6", Noon.AddMinutes(65)).Value.Count);
    }

    [Fact]
    public void The_same_guess_again_is_no_new_try_not_even_when_locked()
    {
        var tries = default(Tries);
        for (var i = 1; i <= 5; i++) tries = Tries.Next(tries, $"g{i}", Noon).Value;
        Assert.Same(tries, Tries.Next(tries, "g5", Noon.AddMinutes(1)).Value);
        Assert.False(Tries.Next(tries, "g4", Noon.AddMinutes(1)).IsOk);
    }

    [Fact]
    public void A_try_counts_for_an_hour_after_the_last_one()
    {
        var tries = Tries.Next(null, "a", Noon).Value;
        Assert.Equal(2, Tries.Next(tries, "b", Noon.AddMinutes(59)).Value.Count);
        Assert.Equal(1, Tries.Next(tries, "b", Noon.AddMinutes(60)).Value.Count);
    }
}
