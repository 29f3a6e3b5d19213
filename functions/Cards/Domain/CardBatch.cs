using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards.Domain;

/// <summary>Where a batch of cards stands.</summary>
public enum CardBatchState
{
    /// <summary>Asked for.</summary>
    Queued,

    /// <summary>At work.</summary>
    Running,

    /// <summary>All cards are made, and the codes are there.</summary>
    Completed,

    /// <summary>Stopped by a fault, or out of free codes.</summary>
    Failed,
}

/// <summary>What a batch shall make.</summary>
/// <param name="Program">The program of its cards.</param>
/// <param name="Type">Whom they are for.</param>
/// <param name="Pattern">How their codes are made.</param>
/// <param name="Count">How many.</param>
public sealed record CardOrder(string Program, CardType Type, CodePattern Pattern, int Count)
{
    /// <summary>Most cards of one batch.</summary>
    public const int CountMax = 100_000;
}

/// <summary>Cards that are made together.</summary>
/// <param name="BatchId">Its name.</param>
/// <param name="Environment">The world it lies in.</param>
/// <param name="Order">What was asked for.</param>
/// <param name="Secret">32 random bytes in hex, from which the cards follow.</param>
/// <param name="BodyHash">What the request said.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedAt">When it was asked for; its cards are registered then.</param>
public sealed record CardBatch(
    string BatchId, AppEnvironment Environment, CardOrder Order, string Secret, string BodyHash, CardBatchState State,
    DateTimeOffset CreatedAt)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>True when nothing will change any more.</summary>
    public bool HasEnded => State is CardBatchState.Completed or CardBatchState.Failed;

    /// <summary>The card at an index and attempt, and the change that makes it.</summary>
    public (NewCard Card, Change Change) CardAt(int index, int attempt)
    {
        var secret = new CardSecret(Convert.FromHexString(Secret));
        var code = Order.Pattern.Make(secret.Bytes, index, attempt);
        var card = new NewCard(Order.Program, code, secret.KeyOf(index), secret.SaltOf(index)) { Type = Order.Type };
        return (card, new Change($"{BatchId}|{index}", ""));
    }
}

/// <summary>Which batch.</summary>
public sealed record CardBatchRef(AppEnvironment Environment, string BatchId);

/// <summary>A batch as its orchestration is told of it.</summary>
/// <param name="Batch">Which batch.</param>
/// <param name="Count">How many cards.</param>
public sealed record CardBatchWork(CardBatchRef Batch, int Count);

/// <summary>A run of a batch's cards, made by one activity.</summary>
/// <param name="Batch">Which batch.</param>
/// <param name="Number">Which chunk, from 0.</param>
public sealed record CardChunk(CardBatchRef Batch, int Number)
{
    /// <summary>Cards of a chunk: about 40 rows for each of the 256 partitions, a few seconds of work.</summary>
    public const int Size = 10_000;

    /// <summary>Chunks of a batch of so many cards.</summary>
    public static int CountOf(int cards) => (cards + Size - 1) / Size;
}

/// <summary>How a batch ends.</summary>
/// <param name="Batch">Which batch.</param>
/// <param name="IsComplete">False when a chunk failed.</param>
public sealed record CardBatchEnding(CardBatchRef Batch, bool IsComplete);

/// <summary>How far a batch is, as its orchestration tells.</summary>
/// <param name="Made">Cards that are there.</param>
public sealed record CardBatchProgress(int Made);
