using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Shared;

/// <summary>What an area does when one customer is merged into another. What is stored under a customer's key stays
/// there and is read with the other's; only what must be one (points, places that are limited) moves. Areas register
/// one each; they run one after the other, and again when a merge broke off: doing it twice changes nothing.</summary>
public interface IMoves
{
    /// <summary>Why the two cannot be merged as they are, as sentences; empty when they can.</summary>
    Task<IReadOnlyList<string>> ReasonsAgainstAsync(
        AppEnvironment environment, ProfileKey from, ProfileKey into, CancellationToken cancel);

    /// <summary>Moves what must be one. The one who goes is a pointer to the other by now. Fails with: contention.
    /// </summary>
    Task<Error?> MoveAsync(AppEnvironment environment, ProfileKey from, ProfileKey into, CancellationToken cancel);
}
