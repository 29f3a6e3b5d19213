using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Cards;

/// <summary>Closes and opens wallets whose card's writer was cut off, and forgets tries that no longer count. Reads
/// only what is marked; late or twice changes nothing.</summary>
public sealed class SweepCards(DueIndex due, CardSeals seals, CardTriesTable tries, TimeProvider clock)
{
    [Function(nameof(SweepCards))]
    public async Task Run([TimerTrigger("%SweepCardsSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        var faults = new List<Exception>();
        await SweepAsync(CardSeals.DueKind, seals.SweepAsync, faults, cancel);
        await SweepAsync(CardTriesTable.DueKind, tries.SweepAsync, faults, cancel);
        if (faults.Count > 0) throw new AggregateException(faults);
    }

    private async Task SweepAsync(
        string kind, Func<DueItem, CancellationToken, Task> sweep, List<Exception> faults, CancellationToken cancel)
    {
        await foreach (var item in due.ReadAsync(kind, clock.GetUtcNow(), cancel))
        {
            try
            {
                await sweep(item, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One card's fault must not hold back the others; its mark stays for the next run.
                faults.Add(e);
            }
        }
    }
}
