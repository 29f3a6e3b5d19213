using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards.Storage;

/// <summary>A customer's way to a card, as it was read.</summary>
public readonly record struct MemberRow(CardId Home, DueRow Row);

/// <summary>
/// The cards of a customer. Table: <c>CardMembers</c>. PK: <c>{env}|{profile key}</c>. RK: the place of the card's
/// home row, 64 hex digits. Example: <c>live|0198…</c>, <c>9f86…</c>.
/// Queries: all rows of a customer, from one on; one row.
/// <para>A row is written before the card that names the customer, anew in every attempt, and removed after the card
/// that no longer does, only as it was read before that. So a row too many is possible, one too few is not; what
/// counts is the card's own list.</para>
/// </summary>
public sealed class CardMembersTable(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "CardMembers";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Writes a way, before the card is written.</summary>
    public Task PutAsync(ProfileKey profile, CardId home, CancellationToken cancel) => _table.UpsertEntityAsync(
        new TableEntity(Partition(home.Environment, profile), home.Hash), TableUpdateMode.Replace, cancel);

    /// <summary>A way as it is, or null.</summary>
    public async Task<MemberRow?> FindAsync(ProfileKey profile, CardId home, CancellationToken cancel) =>
        await _table.FindAsync(Partition(home.Environment, profile), home.Hash, cancel) is { } row
            ? ToMember(home.Environment, row)
            : null;

    /// <summary>Removes a way that is still as it was read.</summary>
    public Task RemoveAsync(MemberRow member, CancellationToken cancel) =>
        _table.TryDeleteAsync(member.Row.Partition, member.Row.Key, member.Row.ETag, cancel);

    /// <summary>Where the ways of a customer's keys lead, from one place on, in their order. One call for each key.
    /// </summary>
    public async Task<IReadOnlyList<CardId>> HomesAsync(
        AppEnvironment environment, IEnumerable<ProfileKey> keys, string? after, int take, CancellationToken cancel)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var key in keys)
            await foreach (var way in ListAsync(environment, key, after, cancel).Take(take)) found.Add(way.Home.Hash);
        return [.. found.Take(take).Select(hash => new CardId(environment, hash))];
    }

    /// <summary>All ways of a customer, from one place on.</summary>
    public async IAsyncEnumerable<MemberRow> ListAsync(
        AppEnvironment environment, ProfileKey profile, string? after,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableRows.Range(Partition(environment, profile), after is null ? "" : after + "0", "~");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            yield return ToMember(environment, row);
    }

    private static MemberRow ToMember(AppEnvironment environment, TableEntity row) => new(
        new CardId(environment, row.RowKey), new DueRow(row.PartitionKey, row.RowKey, row.ETag));

    private static string Partition(AppEnvironment environment, ProfileKey profile) =>
        $"{environment.Name()}|{profile}";
}
