using System.Collections.Immutable;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Codes.Domain;

/// <summary>Somebody asked for a letter.</summary>
/// <param name="ChangeId">Names the request.</param>
/// <param name="At">When.</param>
public sealed record Asked(string ChangeId, DateTimeOffset At);

/// <summary>A letter that is still to be sent.</summary>
/// <param name="ChangeId">Names the request.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Application">In whose name it goes out.</param>
/// <param name="SendingUntil">Until when somebody who is sending it keeps others from it.</param>
public sealed record Waiting(string ChangeId, DateTimeOffset At, string Application, DateTimeOffset? SendingUntil);

/// <summary>A code that was sent. Neither the code nor the address is kept.</summary>
/// <param name="Salt">Of both hashes, in hex.</param>
/// <param name="Hash">Of the code.</param>
/// <param name="ContactHash">Of where it was sent: a code holds only while that is the customer's still.</param>
/// <param name="At">When it was made.</param>
/// <param name="ExpiresAt">From when on it no longer holds.</param>
/// <param name="Tries">Guesses so far.</param>
/// <param name="LastGuess">Names the last guess: the same request again is no new guess.</param>
/// <param name="UsedBy">The change that used it; null while it is good.</param>
public sealed record Issued(
    string Salt, string Hash, string ContactHash, DateTimeOffset At, DateTimeOffset ExpiresAt, int Tries,
    string? LastGuess, string? UsedBy);

/// <summary>What is known of a customer's codes for one purpose. There is one code at most: a new one takes the place
/// of the old.</summary>
public sealed record CodeState
{
    /// <summary>How long whoever sends a letter keeps others from sending it too.</summary>
    public static readonly TimeSpan SendingMax = TimeSpan.FromMinutes(2);

    /// <summary>Nothing was asked for yet.</summary>
    public static CodeState None { get; } = new();

    /// <summary>Requests that still count.</summary>
    public ImmutableArray<Asked> Asks { get; init; } = [];

    /// <summary>The letter that is still to be sent.</summary>
    public Waiting? Waiting { get; init; }

    /// <summary>The code that was sent.</summary>
    public Issued? Issued { get; init; }

    /// <summary>For a request by email: the code of the email's claim.</summary>
    public string? Claim { get; init; }

    /// <summary>True when this request was taken before.</summary>
    public bool Knows(string changeId) => Asks.Any(a => a.ChangeId == changeId);

    /// <summary>After a request for a letter: the code before no longer holds. Fails with: too-many-letters.</summary>
    public Result<CodeState> Ask(string changeId, string application, CodePurpose purpose, DateTimeOffset now)
    {
        var counting = Asks.Where(a => a.At + purpose.AsksWindow > now).ToImmutableArray();
        if (counting.Length >= purpose.AsksMax)
            return CodesErrors.TooManyLetters(counting[0].At + purpose.AsksWindow - now);
        return this with
        {
            Asks = counting.Add(new Asked(changeId, now)),
            Waiting = new Waiting(changeId, now, application, null),
            Issued = null,
        };
    }

    /// <summary>True when a letter is to be sent now.</summary>
    public bool IsWaiting(DateTimeOffset now) => Waiting is not null && now < Waiting.At + CodePurpose.WaitMax;

    /// <summary>True when somebody is sending it.</summary>
    public bool IsBeingSent(DateTimeOffset now) => now < Waiting?.SendingUntil;

    /// <summary>With a new code, which is about to be sent.</summary>
    public CodeState Issue(string salt, string hash, string contactHash, CodePurpose purpose, DateTimeOffset now) =>
        this with
        {
            Waiting = Waiting! with { SendingUntil = now + SendingMax },
            Issued = new Issued(salt, hash, contactHash, now, now + purpose.Life, 0, null, null),
        };

    /// <summary>With one more guess at the code, which is counted before anybody looks whether it is right. The same
    /// state when the guess was counted before. Fails with: no-code.</summary>
    public Result<CodeState> Guess(string guess, CodePurpose purpose, DateTimeOffset now)
    {
        if (Issued is not { UsedBy: null } issued || now >= issued.ExpiresAt) return CodesErrors.NoCode;
        if (purpose.TriesMax is not { } max || issued.LastGuess == guess) return this;
        if (issued.Tries >= max) return CodesErrors.NoCode;
        return this with { Issued = issued with { Tries = issued.Tries + 1, LastGuess = guess } };
    }

    /// <summary>With the code used up.</summary>
    public CodeState Use(string changeId) => this with { Issued = Issued! with { UsedBy = changeId } };

    /// <summary>From when on nothing of this matters any more.</summary>
    public DateTimeOffset EndsAt(CodePurpose purpose)
    {
        DateTimeOffset?[] ends =
        [
            Asks.IsEmpty ? null : Asks[^1].At + purpose.AsksWindow,
            Waiting?.At + CodePurpose.WaitMax,
            Issued?.ExpiresAt,
        ];
        return ends.Max() ?? DateTimeOffset.MinValue;
    }
}
