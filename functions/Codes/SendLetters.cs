using CustomerFunctions.Codes.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Codes;

/// <summary>Sends letters that were not sent at once, and removes codes that no longer matter. Reads only what is
/// marked; late or twice changes nothing.</summary>
public sealed class SendLetters(DueIndex due, LetterDesk desk, TimeProvider clock)
{
    [Function(nameof(SendLetters))]
    public Task Run(
        [TimerTrigger("%SendLettersSchedule%", UseMonitor = false)] TimerInfo timer, CancellationToken cancel) =>
        due.WorkAsync(CodeBook.DueKind, clock.GetUtcNow(), desk.WorkAsync, cancel);
}
