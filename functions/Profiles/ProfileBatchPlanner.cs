using System.Collections.Concurrent;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles;

/// <summary>Tells what <see cref="ProfileBatchWriter"/> would do with rows, by what is stored now. It writes nothing.
/// Rows of one call must not share an id, email or phone: which of them wins is not its business.</summary>
public sealed class ProfileBatchPlanner(
    ProfileKeysTable keys, ProfilesTable profiles, BatchProfiles batches)
{
    /// <summary>Up to so many codes of one partition are read one by one; more of them in one range.</summary>
    private const int SinglesMax = 8;

    /// <summary>What each of the rows would do, in their order.</summary>
    public async Task<IReadOnlyList<BatchForecast>> PlanAsync(
        AppEnvironment environment, IReadOnlyList<BatchRow> rows, BatchOptions options, CancellationToken cancel)
    {
        var items = rows.Select(r => new BatchItem(environment, r, options, "")).ToList();
        // An id that the file does not give is made of the change and leads to nobody.
        var codes = items.SelectMany(i => i.Row.IntegrationId is null
            ? i.Claims : i.Claims.Append(Ownership.OfId(environment, i.IntegrationId)));
        var owners = await OwnersAsync(environment, [.. codes.Distinct(StringComparer.Ordinal)], cancel);
        var found = await LoadAsync(environment, [.. owners.Values.Distinct()], cancel);
        return [.. items.Select(item => Forecast(environment, item, options, owners, found))];
    }

    private static BatchForecast Forecast(
        AppEnvironment environment, BatchItem item, BatchOptions options,
        IReadOnlyDictionary<string, ProfileKey> owners, IReadOnlyDictionary<ProfileKey, ProfileRow> found)
    {
        var match = OwnerOf(item.MatchCode);
        // Consents are dated when they are written: until then the same row says the same.
        var wanted = match?.Customer is { } customer
            ? ProfileMerge.Over(customer.Profile, item.Row.Profile)
            : item.Row.Profile;
        if (match?.Customer is { } held)
        {
            if (options.OnExisting == BatchExisting.Skip)
                return new BatchForecast(BatchChange.Skipped, held.IntegrationId, []);
            if (ProfileDocument.Same(wanted, held.Profile))
                return new BatchForecast(BatchChange.Unchanged, held.IntegrationId, []);
        }

        if (match is null && item.Row.IntegrationId is not null && item.MatchCode[0] != 'i'
            && OwnerOf(Ownership.OfId(environment, item.IntegrationId)) is not null)
            return Conflict(ProfileErrors.IdTaken, "Another customer has this integration id.", "integrationId");
        foreach (var code in Ownership.Of(environment, wanted))
            if (OwnerOf(code) is { } other && other.Key != match?.Key)
                return code[0] == 'e'
                    ? Conflict(ProfileErrors.EmailTaken, "Another customer has this email.", "email")
                    : Conflict(ProfileErrors.PhoneTaken, "Another customer has this phone.", "phone");
        return new BatchForecast(
            match is null ? BatchChange.Created : BatchChange.Updated,
            match?.Customer?.IntegrationId ?? item.Row.IntegrationId,
            AuditTrail.Between(match?.Customer?.Profile ?? new Profile { Kind = wanted.Kind }, wanted));

        // An id leads to its customer, a contact only when the customer says so too.
        ProfileRow? OwnerOf(string code) => owners.TryGetValue(code, out var key)
            && found.GetValueOrDefault(key) is { Customer: not null } row && (code[0] == 'i' || row.Owns(code))
                ? row
                : null;
    }

    private static BatchForecast Conflict(string code, string detail, string column) =>
        new(BatchChange.Rejected, null, [], new BatchRejection(code, detail, column));

    private async Task<IReadOnlyDictionary<string, ProfileKey>> OwnersAsync(
        AppEnvironment environment, IReadOnlyList<string> codes, CancellationToken cancel)
    {
        var owners = new ConcurrentDictionary<string, ProfileKey>(StringComparer.Ordinal);
        var partitions = codes.GroupBy(c => ProfileKeysTable.Partition(environment, c))
            .SelectMany(p => p.Count() > SinglesMax ? [p.Order(StringComparer.Ordinal).ToArray()] : p.Chunk(1));
        await EachAsync(partitions, async (some, c) =>
        {
            if (some is [var code])
            {
                if (await keys.FindAsync(environment, code, c) is { } one) owners[code] = one.Key;
                return;
            }

            var wanted = some.ToHashSet(StringComparer.Ordinal);
            var partition = ProfileKeysTable.Partition(environment, some[0]);
            foreach (var row in await keys.RangeAsync(partition, some[0], some[^1], c))
                if (wanted.Contains(row.Code)) owners[row.Code] = row.Key;
        }, cancel);
        return owners;
    }

    private async Task<IReadOnlyDictionary<ProfileKey, ProfileRow>> LoadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> wanted, CancellationToken cancel)
    {
        var many = wanted.GroupBy(k => k.Bucket).Where(b => b.Count() > SinglesMax).SelectMany(b => b).ToList();
        var found = new ConcurrentDictionary<ProfileKey, ProfileRow>(
            await batches.LoadAsync(environment, many, cancel));
        await EachAsync(wanted.Except(many), async (key, c) =>
        {
            if (await profiles.FindAsync(environment, key, c) is { } row) found[key] = row;
        }, cancel);
        return found;
    }

    private static Task EachAsync<T>(
        IEnumerable<T> parts, Func<T, CancellationToken, Task> body, CancellationToken cancel) => Parallel.ForEachAsync(
            parts.ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = BatchKeys.AtOnce, CancellationToken = cancel },
            async (part, c) => await body(part, c));
}
