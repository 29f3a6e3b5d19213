using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>Keeps the sessions of a customer listed under its key, whatever breaks off and whoever is erased
/// meanwhile.</summary>
public sealed class SessionPlaces(SessionIndex index, ProfileDirectory profiles)
{
    /// <summary>Lists a session under its customer before it is written so; false when the customer is gone by now. An
    /// erasure takes the customer away first and then looks for sessions, so at least one of the two sees the other.
    /// Nothing is done for a customer who had the session before.</summary>
    public async Task<bool> ListAsync(StoredSession before, Session next, CancellationToken cancel)
    {
        if (next.Customer is not { } customer || customer.Key == before.Session?.Customer?.Key) return true;
        await index.AddAsync(before.Key, next, cancel);
        return await IsThereAsync(before.Key.Environment, customer, cancel);
    }

    /// <summary>The row of the customer who will no longer have the session, as it is before that.</summary>
    public async Task<IndexedSession?> LeavingAsync(StoredSession before, Session next, CancellationToken cancel) =>
        before.Session is { Customer: { } customer } session && customer.Key != next.Customer?.Key
            ? await index.FindAsync(before.Key, session, cancel)
            : null;

    /// <summary>Takes that row away, unless the session came back meanwhile.</summary>
    public Task LeaveAsync(IndexedSession? row, CancellationToken cancel) =>
        row is null ? Task.CompletedTask : index.RemoveAsync(row, cancel);

    /// <summary>Writes down what an intent has made of a session, and answers the session as it may be stored: without
    /// what is personal when its customer was erased meanwhile. Null when somebody else has finished the intent.
    /// </summary>
    public async Task<Session?> PlaceAsync(StoredSession stored, Session after, CancellationToken cancel)
    {
        if (after.Customer is not { } customer) return after;
        if (await index.TryWriteAsync(stored.Key, stored.Session!, after, cancel)) return after;
        if (!await IsThereAsync(stored.Key.Environment, customer, cancel)) return SessionErasure.Of(after);
        // A customer who is there keeps the row for as long as the session is theirs: it has moved on.
        return null;
    }

    private async Task<bool> IsThereAsync(AppEnvironment environment, Customer customer, CancellationToken cancel) =>
        await profiles.FindAsync(environment, ProfileKey.Parse(customer.Key), cancel) is not null;
}
