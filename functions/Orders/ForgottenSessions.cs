using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders;

/// <summary>Takes what is personal out of the sessions of a customer who is erased. Amounts, points and dates stay
/// under
/// the customer's key. Each session leaves the customer's list when it is done, so what breaks off goes on where it
/// was.</summary>
public sealed class ForgottenSessions(SessionIndex index, SessionTable sessions, SessionSteps steps) : IForgets
{
    private const int PageSize = 1000;

    // Source: measured against the emulator; more calls side by side only queue there.
    private const int AtOnce = 16;

    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var rows = index.ReadAsync(environment, key, null, PageSize, cancel);
        await Parallel.ForEachAsync(
            rows, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, ForgetAsync);
    }

    private async ValueTask ForgetAsync(IndexedSession row, CancellationToken cancel)
    {
        var done = await Contention.RetryAsync<StoredSession>(async c => await TryAsync(row, c), cancel);
        if (!done.Try(out var stored, out var error))
            throw new StorageUnavailableException(new TimeoutException(error.Message));
        await index.ForgetAsync(row, stored.Session, cancel);
    }

    private async Task<Result<StoredSession>?> TryAsync(IndexedSession row, CancellationToken cancel)
    {
        var stored = await sessions.FindAsync(row.Session, cancel);
        // A writer that was about to give the session to the customer fails, and finds nobody.
        if (stored.Session?.Customer?.Key != row.Customer)
            return await sessions.FenceAsync(stored, cancel) ? (Result<StoredSession>?)stored : null;
        if (stored.Session.Intent is not null)
        {
            if (await steps.FinishAsync(stored, cancel) is not { } finished) return null;
            if (!finished.Try(out stored, out _)) return finished;
        }

        return stored.Session!.IsErased
            ? stored
            : await sessions.WriteAsync(stored, SessionErasure.Of(stored.Session), cancel);
    }
}
