using System.Runtime.CompilerServices;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>A session as a customer may see it: whole, but for how this app keeps it.</summary>
public sealed record DescribedSession(
    string SessionId, string Application, SessionState State, SessionContent Content, IReadOnlyList<Effect> Effects,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? ClosedAt);

/// <summary>The sessions, for subject access.</summary>
public sealed class DescribedSessions(SessionHistory history) : IDescribes
{
    /// <inheritdoc/>
    public string Section => "sessions";

    /// <inheritdoc/>
    public Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        Task.FromResult<object?>(ReadAsync(environment, keys, cancel));

    private async IAsyncEnumerable<DescribedSession> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var s in history.ReadWholeAsync(environment, keys, cancel))
            yield return new DescribedSession(
                s.SessionId, s.Application, s.State, s.Content, s.Effects, s.CreatedAt, s.UpdatedAt, s.ClosedAt);
    }
}

/// <summary>That a customer paid with a card, and when that was learned.</summary>
/// <param name="Card">SHA-256 of the card's fingerprint: links keep nothing else.</param>
/// <param name="EvidenceAt">When an order was paid with it.</param>
public sealed record DescribedCard(string Card, DateTimeOffset EvidenceAt);

/// <summary>The cards that a customer paid with, for subject access.</summary>
public sealed class DescribedCards(FingerprintBook book) : IDescribes
{
    /// <inheritdoc/>
    public string Section => "fingerprints";

    /// <inheritdoc/>
    public Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        Task.FromResult<object?>(ReadAsync(environment, keys, cancel));

    private async IAsyncEnumerable<DescribedCard> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var key in keys)
            await foreach (var (card, link) in book.OfCustomerAsync(environment, key, cancel))
                yield return new DescribedCard(card.Id, link.EvidenceAt);
    }
}
