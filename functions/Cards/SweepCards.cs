using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Closes and opens wallets whose card's writer was cut off, and forgets tries that no longer count. Reads
/// only what is marked; late or twice changes nothing.</summary>
public sealed class SweepCards(DueIndex due, CardSeals seals, CardTriesTable tries, TimeProvider clock)
{
    [Function(nameof(SweepCards))]
    public Task Run([TimerTrigger("%SweepCardsSchedule%")] TimerInfo timer, CancellationToken cancel) => Task.WhenAll(
        due.WorkAsync(CardSeals.DueKind, clock.GetUtcNow(), seals.SweepAsync, cancel),
        due.WorkAsync(CardTriesTable.DueKind, clock.GetUtcNow(), tries.SweepAsync, cancel));
}
