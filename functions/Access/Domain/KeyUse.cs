using CustomerFunctions.Shared;

namespace CustomerFunctions.Access.Domain;

/// <summary>An answer as it was sent.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">What the body is; null without one.</param>
/// <param name="Version">The header <c>ETag</c>.</param>
/// <param name="Location">The header <c>Location</c>.</param>
/// <param name="Body">The body's bytes.</param>
public sealed record KeptAnswer(int Status, string? ContentType, string? Version, string? Location, byte[] Body)
{
    /// <summary>Largest body that is kept, in bytes: a row of the table takes 1 MiB with everything in it.</summary>
    public const int BodyBytesMax = 900 * 1024;
}

/// <summary>What was done with an Idempotency-Key.</summary>
/// <param name="Asked">Hash of what was asked: method, path, query and body.</param>
/// <param name="By">Random; tells the request that did it from others that came at once.</param>
/// <param name="Scopes">What the caller might do: nobody who may less is shown the answer.</param>
/// <param name="IsSecret">True when the answer carried a secret, which is never kept.</param>
/// <param name="Answer">The answer; null for one that is not kept.</param>
public sealed record DoneRequest(
    string Asked, string By, IReadOnlyList<Scope> Scopes, bool IsSecret, KeptAnswer? Answer);

/// <summary>One use of an Idempotency-Key: from its first request on, for seven days.</summary>
/// <param name="Name">Random. It goes into the change ids that functions make, so that a key which comes again after
/// seven days names another change.</param>
/// <param name="EndsAt">From when on the key is as if it had never come.</param>
public sealed record KeyUse(string Name, DateTimeOffset EndsAt)
{
    /// <summary>How long a key is known.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromDays(7);

    /// <summary>What was done; null while nothing was, or nobody knows.</summary>
    public DoneRequest? Done { get; init; }

    /// <summary>What a request with the key is answered: the kept answer, or null when the function shall run, because
    /// nothing was done yet or because the answer has to be made anew. Then the function is told apart by its change id
    /// what it has done before. Fails with: idempotency-key-reused, answer-not-kept.</summary>
    /// <param name="asked">Hash of what is asked.</param>
    /// <param name="scopes">What the caller may do.</param>
    public Result<KeptAnswer?> Meet(string asked, IReadOnlyList<Scope> scopes)
    {
        if (Done is null) return (KeptAnswer?)null;
        if (Done.Asked != asked) return AccessErrors.IdempotencyKeyReused;
        if (!Done.Scopes.All(scopes.Cover)) return (KeptAnswer?)null;
        return Done.IsSecret ? AccessErrors.AnswerNotKept : Done.Answer;
    }

    /// <summary>The same use without its answer: that one has to be made anew.</summary>
    public KeyUse WithoutAnswer() => this with { Done = Done is null ? null : Done with { Answer = null } };
}
