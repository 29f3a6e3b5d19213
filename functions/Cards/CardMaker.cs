using System.Security.Cryptography;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards;

/// <summary>Makes single cards and the secrets of batches.</summary>
public sealed class CardMaker(CardWriter writer, CardBatchesTable batches, TimeProvider clock)
{
    private const int SecretBytes = 32;

    /// <summary>32 random bytes in hex.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>A card of that code that was never there before.</summary>
    public static NewCard Blank(string program, string code) =>
        new(program, code, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), NewSecret());

    /// <summary>The batch that a change asks for: the same change, the same id.</summary>
    public CardBatch NewBatch(AppEnvironment environment, CardOrder order, Change change) => new(
        Hash.Hex("card-batch", change.Id)[..32], environment, order, NewSecret(), change.BodyHash,
        CardBatchState.Queued, clock.GetUtcNow());

    /// <summary>Makes one card: with the given code, or with the first free one of the order's pattern. Where the
    /// request may be repeated its secret is kept first, so that the repeat comes upon the card that was made.
    /// Fails with: card-exists, codes-exhausted, member-number-taken, idempotency-key-reused, contention.</summary>
    public async Task<Result<SavedCard>> MakeAsync(
        AppEnvironment environment, CardOrder order, string? code, string? number, Change change, bool mayRepeat,
        CancellationToken cancel)
    {
        var batch = NewBatch(environment, order, change);
        if (mayRepeat) (batch, _) = await batches.AddAsync(batch, cancel);
        if (batch.BodyHash != change.BodyHash) return CardsErrors.KeyReused;
        for (var attempt = 0; attempt < BulkCards.AttemptsMax; attempt++)
        {
            var card = batch.CardAt(0, attempt).Card with { MemberNumber = number };
            var saved = await writer.MakeAsync(
                environment, code is null ? card : card with { Code = code }, change, cancel);
            if (code is not null || saved.Error?.Code != CardsErrors.CardExists.Code) return saved;
        }

        return CardsErrors.CodesExhausted;
    }
}
