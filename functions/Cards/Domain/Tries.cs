using CustomerFunctions.Shared;

namespace CustomerFunctions.Cards.Domain;

/// <summary>How often a member number was tried, right or not, whether or not there is such a number.</summary>
/// <param name="Count">Tries that count.</param>
/// <param name="LastAt">When the last one was.</param>
/// <param name="LastGuess">Names the last guess: the same guess again is no new try.</param>
public sealed record Tries(int Count, DateTimeOffset LastAt, string LastGuess)
{
    /// <summary>Wrong tries before the number is locked.</summary>
    public const int Max = 5;

    /// <summary>How long it stays locked, and how long a try counts.</summary>
    public static readonly TimeSpan Lock = TimeSpan.FromHours(1);

    /// <summary>True when the last try no longer counts.</summary>
    public bool IsOver(DateTimeOffset now) => now >= LastAt + Lock;

    /// <summary>The tries with one more; the same ones when the guess is the last one's repeat.
    /// Fails with: too-many-tries.</summary>
    public static Result<Tries> Next(Tries? before, string guess, DateTimeOffset now)
    {
        if (before is null || before.IsOver(now)) return new Tries(1, now, guess);
        if (before.LastGuess == guess) return before;
        if (before.Count >= Max) return CardsErrors.TooManyTries(before.LastAt + Lock - now);
        return new Tries(before.Count + 1, now, guess);
    }
}
