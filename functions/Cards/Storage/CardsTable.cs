using Azure.Data.Tables;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Cards.Storage;

/// <summary>Which cards a list wants; null takes all.</summary>
public sealed record CardFilter(string Program, CardState? State, CardType? Type);

/// <summary>
/// Cards and the codes that lead to them. Table: <c>Cards</c>. PK: <c>{env}|{first byte of the hash, hex}</c>, 256 of
/// an environment. RK: SHA-256 of the code, in hex; events that wait lie beside it (<see cref="Outbox"/>).
/// <list type="bullet">
/// <item>The home row, at the card's first code, holds the card: <c>live|9f</c>, <c>9f86…</c>, CardKey <c>4e1a…</c>,
/// Program <c>club</c>, State <c>Active</c>, MadeBy a change id or <c>{batch}|{index}</c>, Version 3,
/// Document <c>{"code":"CARD-0001",…}</c>.</item>
/// <item>An alias, at a later code or a member number, leads there: Home <c>9f86…</c>, CardKey <c>4e1a…</c>. It counts
/// only while the home row has that key and names that text; otherwise it was left behind and may be taken.</item>
/// <item>A fence holds nothing: it stands where a claimant had no home row yet.</item>
/// </list>
/// Queries: the row of a code, and its home row for an alias; all cards of a program by partition range.
/// <para>An alias is written before the home row that names it. Whoever takes an alias that was left behind first
/// makes its claimant's write fail (the home row's ETag moves, or a fence is set), then replaces the alias as it was
/// read; and a claimant writes its alias anew in every attempt. So of two that want one code only one commits.</para>
/// </summary>
public sealed class CardsTable(StorageAccount storage, Outbox outbox)
{
    /// <summary>The table.</summary>
    public const string TableName = "Cards";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>The card of a home row, or null. One call.</summary>
    public async Task<StoredCard?> FindAsync(CardId home, CancellationToken cancel) =>
        CardRows.ToCard(home, await RowAsync(home, cancel));

    /// <summary>What lies at a code. One call, two for an alias.</summary>
    public async Task<CodePlace> PlaceAsync(CardId id, string code, CancellationToken cancel)
    {
        var row = await RowAsync(id, cancel);
        if (row?.GetString("Home") is not { } hash)
            return new CodePlace(id, CardRows.ToCard(id, row)) { ETag = row?.ETag ?? default };
        var (home, key) = (id with { Hash = hash }, row.GetString("CardKey"));
        var homeRow = await RowAsync(home, cancel);
        var card = CardRows.ToCard(home, homeRow);
        return card?.Card.Key == key && card.Card.Names(code)
            ? new CodePlace(id, card) { ETag = row.ETag }
            : new CodePlace(id, Card: null)
            {
                ETag = row.ETag,
                Claimant = new Claimant(home, key, homeRow?.ETag ?? default),
            };
    }

    /// <summary>Lets a free place lead to a card, which must then be written to name it.</summary>
    public async Task LeadAsync(CodePlace place, CardId home, string cardKey, CancellationToken cancel)
    {
        await FenceAsync(place, cardKey, cancel);
        await PutAsync(CardRows.Alias(place.Id, home, cardKey), place, cancel);
    }

    /// <summary>Makes a card at a free place.</summary>
    public async Task<StoredCard> MakeAsync(CodePlace place, Card card, Change change, CancellationToken cancel)
    {
        await FenceAsync(place, card.Key, cancel);
        var stored = new StoredCard(place.Id, card, 1, new ChangeNote(change.Id, change.BodyHash));
        var made = DomainEvent.Of(
            new CardCreated(card.Code, card.Program, card.Type), card.RegisteredAt, change.Id);
        return await CommitAsync(stored, place.ETag, made, cancel);
    }

    /// <summary>Changes a card that is still as it was read.</summary>
    public Task<StoredCard> WriteAsync(
        StoredCard stored, Card next, Change change, DateTimeOffset now, CancellationToken cancel)
    {
        var changed = DomainEvent.Of(
            new CardChanged(next.Code, next.Program, next.Type, next.State, next.Members.Length), now, change.Id);
        return CommitAsync(stored.With(next, change), stored.ETag, changed, cancel);
    }

    /// <summary>Makes every writer fail that read the card, or its empty place, before now; false when one was faster.
    /// </summary>
    public Task<bool> FenceAsync(CardId home, StoredCard? read, CancellationToken cancel) => read is null
        ? _table.TryInsertAsync(CardRows.Fence(home), cancel)
        : TryTouchAsync(home, read.ETag, cancel);

    /// <summary>Cards of a program in the order of their places, from one place on.</summary>
    public async IAsyncEnumerable<StoredCard> ListAsync(
        AppEnvironment environment, CardFilter filter, CardId? after, int limit,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (after is { } last)
        {
            var rest = TableClient.CreateQueryFilter(
                $"PartitionKey eq {last.Partition} and RowKey gt {last.Hash} and Program eq {filter.Program}");
            await foreach (var card in QueryAsync(environment, rest, filter, limit, cancel)) yield return card;
        }

        var from = after is { } at ? at.Partition + "~" : environment.Name() + "|";
        var range = TableClient.CreateQueryFilter(
            $"PartitionKey ge {from} and PartitionKey lt {environment.Name() + "~"} and Program eq {filter.Program}");
        await foreach (var card in QueryAsync(environment, range, filter, limit, cancel)) yield return card;
    }

    /// <summary>Cards of a program whose places lie in a run of hashes, in the order of their places.</summary>
    public IAsyncEnumerable<StoredCard> ScanAsync(
        AppEnvironment environment, string program, KeyRange places, CancellationToken cancel)
    {
        var prefix = environment.Name() + "|";
        var (first, end) = (places.FirstPartition(prefix), places.EndPartition(prefix));
        var range = TableClient.CreateQueryFilter(
            $"PartitionKey ge {first} and PartitionKey lt {end} and Program eq {program}");
        const int pageSize = 1000;
        return QueryAsync(environment, range, new CardFilter(program, null, null), pageSize, cancel);
    }

    private async IAsyncEnumerable<StoredCard> QueryAsync(
        AppEnvironment environment, string range, CardFilter filter, int limit,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (filter.State is { } state) range += TableClient.CreateQueryFilter($" and State eq {state.ToString()}");
        if (filter.Type is { } type) range += TableClient.CreateQueryFilter($" and Type eq {type.ToString()}");
        await foreach (var row in _table.QueryAsync<TableEntity>(range, limit, cancellationToken: cancel))
            if (CardRows.ToCard(new CardId(environment, row.RowKey), row) is { } card) yield return card;
    }

    private async Task<StoredCard> CommitAsync(
        StoredCard next, Azure.ETag etag, DomainEvent told, CancellationToken cancel)
    {
        var row = CardRows.Home(next);
        var place = new OutboxPlace(TableName, next.Id.Partition, next.Id.Hash, new Aggregate("card", next.Card.Key));
        if (Outbox.NeedsMark(row)) await outbox.MarkAsync(place, cancel);
        var batch = new TableBatch(_table, next.Id.Partition);
        Outbox.Append(batch, place, next.Id.Environment, row, told);
        if (etag == default) batch.Insert(row);
        else batch.Replace(row, etag);
        return next with
        {
            ETag = await batch.CommitAsync(cancel, next.Id.Hash),
            EventSequence = row.GetInt64("EventSequence") ?? 0,
            OutboxMarked = true,
        };
    }

    private async Task FenceAsync(CodePlace place, string cardKey, CancellationToken cancel)
    {
        if (place.Claimant is not { } claimant || claimant.Key == cardKey) return;
        if (claimant.HomeETag == default) await _table.AddEntityAsync(CardRows.Fence(claimant.Home), cancel);
        else
            await _table.UpdateEntityAsync(
                CardRows.Fence(claimant.Home), claimant.HomeETag, TableUpdateMode.Merge, cancel);
    }

    private async Task<bool> TryTouchAsync(CardId home, Azure.ETag etag, CancellationToken cancel)
    {
        try
        {
            await _table.UpdateEntityAsync(CardRows.Fence(home), etag, TableUpdateMode.Merge, cancel);
            return true;
        }
        catch (Azure.RequestFailedException e) when (e.IsStale())
        {
            return false;
        }
    }

    private Task PutAsync(TableEntity row, CodePlace place, CancellationToken cancel) => place.ETag == default
        ? _table.AddEntityAsync(row, cancel)
        : _table.UpdateEntityAsync(row, place.ETag, TableUpdateMode.Replace, cancel);

    private Task<TableEntity?> RowAsync(CardId id, CancellationToken cancel) =>
        _table.FindAsync(id.Partition, id.Hash, cancel);
}
