using System.Security.Cryptography;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events;

/// <summary>What a change made of a subscription.</summary>
/// <param name="Subscription">As it is now.</param>
/// <param name="IsNew">True when the change made it.</param>
/// <param name="Hit">True when the change had been made before.</param>
public sealed record WrittenSubscription(Subscription Subscription, bool IsNew, bool Hit);

/// <summary>Who is told by webhook. Read whole and kept for at most 5 seconds: a change holds at once on the instance
/// that made it.</summary>
public sealed class SubscriptionBook(SubscriptionsTable table, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's name for subscriptions whose deliveries have to go.</summary>
    public const string GoneKind = "webhook-gone";

    // Longer than any invocation lives that may still hold the subscription.
    private static readonly TimeSpan ClearAfter = TimeSpan.FromHours(1);

    private readonly ShortCache<IReadOnlyList<Subscription>> _known = new(clock);

    /// <summary>The subscriptions of an environment, by name. No call while they are cached, else one.</summary>
    public async Task<IReadOnlyList<Subscription>> ListAsync(AppEnvironment environment, CancellationToken cancel) =>
        await _known.GetAsync(environment.Name(), async () => await table.ListAsync(environment, cancel)) ?? [];

    /// <summary>Those of an environment as they are now.</summary>
    public Task<IReadOnlyList<Subscription>> ReadAsync(AppEnvironment environment, CancellationToken cancel) =>
        table.ListAsync(environment, cancel);

    /// <summary>One as it is now, or null.</summary>
    public async Task<Subscription?> FindAsync(
        AppEnvironment environment, string name, CancellationToken cancel) =>
        SimpleName.Fault(name) is null
            ? (await table.FindAsync(environment, name, cancel))?.Subscription
            : null;

    /// <summary>Makes a subscription, or changes one. Fails with: too-many-subscriptions, idempotency-key-reused,
    /// contention.</summary>
    public async Task<Result<WrittenSubscription>> PutAsync(
        AppEnvironment environment, string name, SubscriptionRequest wanted, Change change, CancellationToken cancel)
    {
        // Once for all attempts: the one that is stored is the one that is answered.
        var (id, secret, tried) = (NewHex(16), NewHex(Subscription.SecretBytes), false);
        var put = await Contention.RetryAsync<WrittenSubscription>(
            async c =>
            {
                var stored = await table.FindAsync(environment, name, c);
                if (stored?.Subscription is { } made && made.ChangeId == change.Id)
                    return made.BodyHash == change.BodyHash
                        ? new WrittenSubscription(made, made.CreatedBy == change.Id, Hit: !tried)
                        : EventsErrors.KeyReused;
                if (stored is null && (await table.ListAsync(environment, c)).Count >= Subscription.CountMax)
                    return EventsErrors.TooMany;
                var first = stored?.Subscription ?? new Subscription(
                    name, id, "", [], secret, clock.GetUtcNow(), change.Id, "", "", IsSecretOurs: false);
                var next = first with
                {
                    Url = wanted.Url,
                    Events = wanted.Events,
                    Secret = wanted.Secret ?? first.Secret,
                    ChangeId = change.Id,
                    BodyHash = change.BodyHash,
                    IsSecretOurs = stored is null && wanted.Secret is null,
                };
                tried = true;
                if (!await table.TryPutAsync(environment, next, stored, c)) return null;
                return new WrittenSubscription(next, stored is null, Hit: false);
            },
            cancel);
        _known.Forget(environment.Name());
        return put;
    }

    /// <summary>Takes a subscription away; false when there is none. What waits for it goes later. Fails with:
    /// contention.</summary>
    public async Task<Result<bool>> RemoveAsync(AppEnvironment environment, string name, CancellationToken cancel)
    {
        var tried = false;
        var removed = await Contention.RetryAsync<bool>(
            async c =>
            {
                // What is gone after an answer that was lost was there.
                if (await table.FindAsync(environment, name, c) is not { } stored) return tried;
                tried = true;
                await due.MarkAsync(
                    GoneKind, $"{environment.Name()}|{stored.Subscription.Id}", clock.GetUtcNow() + ClearAfter, c);
                return await table.TryDeleteAsync(environment, stored, c) ? true : null;
            },
            cancel);
        _known.Forget(environment.Name());
        return removed;
    }

    private static string NewHex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
