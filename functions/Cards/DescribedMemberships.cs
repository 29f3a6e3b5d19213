using System.Runtime.CompilerServices;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>A card that a customer collects on.</summary>
public sealed record DescribedMembership(CardSummary Card, DateTimeOffset Since);

/// <summary>The cards that a customer collects on, for subject access.</summary>
public sealed class DescribedMemberships(CardMembersTable members, CardsTable cards) : IDescribes
{
    /// <inheritdoc/>
    public string Section => "cards";

    /// <inheritdoc/>
    public Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        Task.FromResult<object?>(ReadAsync(environment, keys, cancel));

    private async IAsyncEnumerable<DescribedMembership> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var key in keys)
            await foreach (var way in members.ListAsync(environment, key, null, cancel))
                if ((await cards.FindAsync(way.Home, cancel))?.Card is { } card
                    && card.Members.FirstOrDefault(m => m.Profile == key) is { } member)
                    yield return new DescribedMembership(CardSummary.Of(card), member.Since);
    }
}
