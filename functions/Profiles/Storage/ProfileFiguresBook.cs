using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>
/// What customers' orders add up to, each change counted exactly once: figures and the mark of the change are written
/// in one transaction. Figures of a merged customer say where they went (MovedTo); what is counted for it later is
/// counted there, unless it was counted here before.
/// Table: <c>Profiles</c>, rows <c>{key}|s</c> and <c>m|{key}|{hash of a change id}</c>, as
/// <see cref="ProfilesTable"/> says.
/// </summary>
public sealed class ProfileFiguresBook(StorageAccount storage)
{
    private readonly TableClient _table = storage.Table(ProfilesTable.TableName);

    private sealed record Found(ProfileFigures Figures, ETag ETag, ProfileKey? MovedTo);

    /// <summary>Changes a customer's figures once for each change id. Two calls; for a merged customer three more for
    /// each merge.</summary>
    /// <exception cref="StorageUnavailableException">It may or may not be counted: repeat it.</exception>
    public async Task CountAsync(
        AppEnvironment environment, ProfileKey key, Func<ProfileKey, ProfileFigures, Task<ProfileFigures>> add,
        Change change,
        CancellationToken cancel)
    {
        var first = true;
        var counted = await Contention.RetryAsync<ProfileKey>(
            async c =>
            {
                var again = !first;
                first = false;
                if (again && await IsCountedAsync(environment, key, change, c)) return key;
                var found = await FindAsync(environment, key, c);
                if (found.MovedTo is { } to) return await IsCountedAsync(environment, key, change, c) ? key : to;
                await CommitAsync(environment, key, await add(key, found.Figures), found.ETag, change, c);
                return key;
            },
            cancel);
        if (!counted.Try(out var at, out var error))
            throw new StorageUnavailableException(new TimeoutException(error.Message));
        if (at != key) await CountAsync(environment, at, add, change, cancel);
    }

    /// <summary>Adds a merged customer's figures to another's, once: from now on nothing is counted for it.</summary>
    /// <exception cref="StorageUnavailableException">Repeat it.</exception>
    public async Task MoveAsync(
        AppEnvironment environment, ProfileKey from, ProfileKey into, CancellationToken cancel)
    {
        var moved = await Contention.RetryAsync<ProfileFigures>(
            async c =>
            {
                var found = await FindAsync(environment, from, c);
                if (found.MovedTo is null) await CloseAsync(environment, from, into, found, c);
                return found.Figures;
            },
            cancel);
        if (!moved.Try(out var figures, out var error))
            throw new StorageUnavailableException(new TimeoutException(error.Message));
        await CountAsync(
            environment, into, (_, f) => Task.FromResult(f.Plus(figures)), Change.Of("merge", from.ToString()), cancel);
    }

    private async Task<Found> FindAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        var entity = await _table.FindAsync(Partition(environment, key), ProfilesTable.FiguresKey(key), cancel);
        var movedTo = entity?.GetString("MovedTo");
        return new Found(
            ProfileRow.FiguresOf(entity), entity?.ETag ?? default,
            movedTo is null ? null : ProfileKey.Parse(movedTo));
    }

    private async Task<bool> IsCountedAsync(
        AppEnvironment environment, ProfileKey key, Change change, CancellationToken cancel) =>
        await _table.FindAsync(Partition(environment, key), MarkerKey(key, change), cancel) is not null;

    private Task CommitAsync(
        AppEnvironment environment, ProfileKey key, ProfileFigures figures, ETag etag, Change change,
        CancellationToken cancel)
    {
        var batch = new TableBatch(_table, Partition(environment, key));
        batch.Insert(new TableEntity(Partition(environment, key), MarkerKey(key, change)));
        Write(batch, ProfilesTable.ToFigures(Partition(environment, key), key, figures), etag);
        return batch.CommitAsync(cancel);
    }

    private Task CloseAsync(
        AppEnvironment environment, ProfileKey from, ProfileKey into, Found found, CancellationToken cancel)
    {
        var batch = new TableBatch(_table, Partition(environment, from));
        var entity = ProfilesTable.ToFigures(Partition(environment, from), from, found.Figures);
        entity["MovedTo"] = into.ToString();
        Write(batch, entity, found.ETag);
        return batch.CommitAsync(cancel);
    }

    private static void Write(TableBatch batch, TableEntity entity, ETag etag)
    {
        if (etag == default) batch.Insert(entity);
        else batch.Replace(entity, etag);
    }

    private static string Partition(AppEnvironment environment, ProfileKey key) =>
        ProfilesTable.Partition(environment, key.Bucket);

    private static string MarkerKey(ProfileKey key, Change change) => $"m|{key}|{Hash.Hex(change.Id)}";
}
