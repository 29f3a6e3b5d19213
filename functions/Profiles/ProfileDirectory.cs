using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles;

/// <summary>The door for other areas: who a customer is, guests of a checkout, and what orders add up to.</summary>
public sealed class ProfileDirectory(
    ProfileKeysTable keys, ProfilesTable profiles, ProfileWriter writer, ProfileEraser eraser,
    ProfileTidier tidier, ProfileFiguresBook figures, TimeProvider clock)
{
    private readonly ShortCache<ResolvedProfile> _resolved = new(clock);

    /// <summary>Partitions that <see cref="ReadBucketAsync(AppEnvironment, int, CancellationToken)"/> takes: 0 up to
    /// this, without it.</summary>
    public const int Buckets = ProfilesTable.Buckets;

    /// <summary>The customer of an integration id, or null when there is none or it was erased; of an id that was
    /// merged, the customer whom it belongs to now. At most two calls.</summary>
    public async Task<StoredProfile?> FindAsync(
        AppEnvironment environment, string integrationId, CancellationToken cancel)
    {
        if (Shared.Ids.IntegrationId.Fault(integrationId) is not null) return null;
        var id = await keys.FindAsync(environment, Ownership.OfId(environment, integrationId), cancel);
        return id is null ? null : await FindAsync(environment, id.Key, cancel);
    }

    /// <summary>As <see cref="FindAsync(AppEnvironment, string, CancellationToken)"/>, for those who only read.
    /// Fails with: not-found, moved.</summary>
    public async Task<Result<StoredProfile>> ReadAsync(
        AppEnvironment environment, string integrationId, CancellationToken cancel)
    {
        if (await FindAsync(environment, integrationId, cancel) is not { } found) return ProfileErrors.NotFound;
        return found.IntegrationId == integrationId ? found : ProfileErrors.Moved(found.IntegrationId);
    }

    /// <summary>The key of a customer's integration id, or null when there is no such customer. Kept for at most five
    /// seconds: an erasure or merge on another instance is seen after that. None or one call: only the id's row is
    /// read, so a customer whose making or erasure is under way counts as there.</summary>
    public Task<ResolvedProfile?> ResolveAsync(
        AppEnvironment environment, string integrationId, CancellationToken cancel) =>
        _resolved.GetAsync(CacheKey(environment, integrationId), async () =>
            Shared.Ids.IntegrationId.Fault(integrationId) is null
            && await keys.FindAsync(environment, Ownership.OfId(environment, integrationId), cancel) is { } id
                ? new ResolvedProfile(id.Key, id.MovedTo)
                : null);

    /// <summary>The customer of a key, or of whom it was merged into; null when there is none or it was erased. One
    /// call, and one for each merge.</summary>
    public async Task<StoredProfile?> FindAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel) =>
        (await profiles.FollowAsync(environment, key, cancel))?.Customer;

    /// <summary>The registered owner of the email, else of the phone, or null. At most two calls for each.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="email">In any spelling, or null.</param>
    /// <param name="phoneE164">In E.164, or null.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<StoredProfile?> FindByContactAsync(
        AppEnvironment environment, string? email, string? phoneE164, CancellationToken cancel)
    {
        var byEmail = email is null
            ? null
            : await FindOwnerAsync(environment, Ownership.OfEmail(environment, email), cancel);
        if (byEmail is not null || phoneE164 is null) return byEmail;
        return await FindOwnerAsync(environment, Ownership.OfPhone(environment, phoneE164), cancel);
    }

    /// <summary>The registered owner of an email, of which only the code is known (<see cref="Ownership.OfEmail"/>), or
    /// null. At most two calls.</summary>
    public Task<StoredProfile?> FindByClaimAsync(AppEnvironment environment, string code, CancellationToken cancel) =>
        FindOwnerAsync(environment, code, cancel);

    /// <summary>Notes that a customer has proven a phone, when it is the customer's still.
    /// Fails with: not-found, phone-changed, contention.</summary>
    public async Task<Result<StoredProfile>> VerifyPhoneAsync(
        AppEnvironment environment, ProfileKey key, string phoneE164, Change change, string by,
        CancellationToken cancel)
    {
        if (await FindAsync(environment, key, cancel) is not { } stored) return ProfileErrors.NotFound;
        var write = new ProfileWrite(environment, stored.IntegrationId, change, null, current =>
            current is null ? ProfileErrors.NotFound
            : current.Profile.Phone == phoneE164 ? current.Profile
            : ProfileErrors.PhoneChanged)
        {
            ProvesPhone = true,
            By = by,
        };
        return (await writer.WriteAsync(write, cancel)).Map(saved => saved.Profile);
    }

    /// <summary>The guest of a change: made by the first call, found by every later one, whatever was changed since.
    /// The id is <c>guest-</c> and 20 hex digits of the change id. Fails with: contention.</summary>
    public async Task<Result<StoredProfile>> MakeGuestAsync(
        AppEnvironment environment, GuestContact contact, Change change, CancellationToken cancel)
    {
        var guest = new Profile
        {
            Kind = ProfileKind.Guest,
            Name = contact.Name,
            Email = contact.Email?.Trim(),
            Phone = contact.PhoneE164,
        };
        var id = "guest-" + Hash.Hex("guest", change.Id)[..20];
        var write = new ProfileWrite(environment, id, change, null, current => current?.Profile ?? guest)
        {
            By = "checkout",
        };
        return (await writer.WriteAsync(write, cancel)).Map(saved => saved.Profile);
    }

    /// <summary>Adds a purchase to a customer's figures, or to those of whom it was merged into, exactly once for each
    /// change id, also when the customer was erased. Two calls.</summary>
    /// <exception cref="StorageUnavailableException">It may or may not be counted: repeat it.</exception>
    public Task RecordPurchaseAsync(
        AppEnvironment environment, ProfileKey key, Purchase purchase, Change change, CancellationToken cancel) =>
        figures.CountAsync(environment, key, (_, f) => Task.FromResult(f.With(purchase)), change, cancel);

    /// <summary>Takes an order out of a customer's figures, or out of those of whom it was merged into, exactly once
    /// for each change id. Two calls, and those of <paramref name="spanOf"/> when it may have been the first or the
    /// last.
    /// </summary>
    /// <param name="environment">Where.</param>
    /// <param name="key">Whose.</param>
    /// <param name="purchase">What it takes back: negative numbers.</param>
    /// <param name="orderAt">When the order was closed.</param>
    /// <param name="spanOf">Tells the first and the last order of a customer without it, null when nobody knows. The
    /// order must be off the records by now, and others on them before they are counted here.</param>
    /// <param name="change">Names the change.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="StorageUnavailableException">It may or may not be counted: repeat it.</exception>
    public Task WithdrawOrderAsync(
        AppEnvironment environment, ProfileKey key, Purchase purchase, DateTimeOffset orderAt,
        Func<ProfileKey, Task<OrderSpan?>> spanOf, Change change, CancellationToken cancel) => figures.CountAsync(
        environment, key,
        async (owner, f) => f.IsAtAnEnd(orderAt) && await spanOf(owner) is { } span
            ? f.With(purchase).Within(span)
            : f.With(purchase),
        change, cancel);

    /// <summary>All customers of one bucket, oldest first, read page by page: memory does not grow with them.</summary>
    public IAsyncEnumerable<StoredProfile> ReadBucketAsync(
        AppEnvironment environment, int bucket, CancellationToken cancel) =>
        ReadBucketAsync(environment, bucket, after: null, cancel);

    /// <summary>As above, those after a key.</summary>
    public IAsyncEnumerable<StoredProfile> ReadBucketAsync(
        AppEnvironment environment, int bucket, ProfileKey? after, CancellationToken cancel) =>
        // Keys are hex; the marks and events that share the partition begin with later letters. The rows of a key end
        // with a bar and a letter.
        profiles.CustomersAsync(environment, bucket, after is { } key ? $"{key}~" : "0", "g", cancel);

    /// <summary>The keys of a customer that is there or only half erased, its own first, or null.</summary>
    public Task<IReadOnlyList<ProfileKey>?> FindErasableAsync(
        AppEnvironment environment, string integrationId, CancellationToken cancel) =>
        eraser.FindAsync(environment, integrationId, cancel);

    /// <summary>Takes a customer's data away, so that nobody finds the customer any more; <see cref="EraseAsync"/> does
    /// the rest. Null, or the refusal. For Lifecycle. Fails with: merge-underway, contention.</summary>
    public async Task<Error?> SealAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var refusal = await eraser.SealAsync(environment, key, cancel);
        _resolved.Clear();
        return refusal;
    }

    /// <summary>Erases a customer, or goes on where that broke off; null, or the refusal. For Lifecycle, after every
    /// other area has forgotten the customer. Fails with: contention.</summary>
    public async Task<Error?> EraseAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var refusal = await eraser.EraseAsync(environment, key, cancel);
        _resolved.Clear();
        return refusal;
    }

    /// <summary>Clears away what changes of an erased customer have left for the timer. For Lifecycle. Four calls, and
    /// a few for each change of the last minutes.</summary>
    public Task TidyAsync(
        AppEnvironment environment, IReadOnlyCollection<ProfileKey> erased, CancellationToken cancel) =>
        tidier.TidyAsync(environment, erased, clock.GetUtcNow(), cancel);

    /// <summary>Forgets on this instance where ids lead: some have changed.</summary>
    internal void Forget() => _resolved.Clear();

    private async Task<StoredProfile?> FindOwnerAsync(AppEnvironment environment, string code, CancellationToken cancel)
    {
        if (await keys.FindAsync(environment, code, cancel) is not { } claim) return null;
        var row = await profiles.FindAsync(environment, claim.Key, cancel);
        if (row?.Owns(code) is not true) return null;
        return row.IsMerged ? await FindAsync(environment, claim.Key, cancel) : row.Customer;
    }

    private static string CacheKey(AppEnvironment environment, string integrationId) =>
        $"{environment.Name()}|{integrationId}";
}

/// <summary>Where an integration id leads.</summary>
/// <param name="Key">The customer's key.</param>
/// <param name="MovedTo">The id of the customer whom this one was merged into; null for a customer's own id.</param>
public sealed record ResolvedProfile(ProfileKey Key, string? MovedTo);
