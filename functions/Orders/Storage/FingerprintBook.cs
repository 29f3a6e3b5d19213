using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders.Storage;

/// <summary>A card in one environment; holds no text of a caller.</summary>
public readonly record struct FingerprintKey(AppEnvironment Environment, string Id)
{
    /// <summary>The key of a fingerprint.</summary>
    public static FingerprintKey Of(AppEnvironment environment, string fingerprint) =>
        new(environment, Hash.Hex("fingerprint", fingerprint));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static FingerprintKey Parse(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return new FingerprintKey(AppEnvironments.Parse(text[..bar]), text[(bar + 1)..]);
    }

    /// <summary><c>live|9f86…</c>.</summary>
    public override string ToString() => $"{Environment.Name()}|{Id}";
}

/// <summary>A payment of a card.</summary>
/// <param name="Position">Its place, the oldest first; also the cursor.</param>
/// <param name="Payment">Its key.</param>
/// <param name="OccurredAt">When it happened, as the row has it.</param>
public sealed record CardPayment(string Position, string Payment, DateTimeOffset OccurredAt)
{
    /// <summary>The place before all payments from an instant on.</summary>
    public static string PositionAt(DateTimeOffset at) => CardRow.OfPayment(at);
}

/// <summary>All links of a card as they were read, those of admins first, each kind from the latest on.</summary>
/// <param name="Card">The card.</param>
/// <param name="Version">Another after each change that an admin made; empty before the first.</param>
/// <param name="Links">The links, also those that were cut.</param>
public sealed record CardLinks(FingerprintKey Card, string Version, IReadOnlyList<FingerprintLink> Links)
{
    internal ETag ETag { get; init; }
}

/// <summary>
/// Which customers and which payments a card belongs to; many to many. The door through which Terminals reads what
/// Orders learned.
/// Table: <c>Fingerprints</c>. PK: <c>{env}|{sha256(fingerprint)}</c>. RK: <c>a|{ticks from which on it counts,
/// inverted}|{link id}</c> for a link that an admin gave; <c>c|{ticks, inverted}|{profile key}</c> for an admin's cut;
/// <c>l|{ticks of the evidence, inverted}|{link id}</c> for a link that was learned; <c>p|{ticks of the
/// payment}|{payment key}</c> for a payment, oldest first; <c>v</c> for the version of what admins said. Beside them PK
/// <c>{env}|c|{profile key}</c>, RK <c>{fingerprint key}|{link id}</c>: a customer's links, to find them again.
/// Example: <c>live|9f86…</c>, <c>l|2516…|4e1a…</c>, ProfileKey <c>0198…</c>, EvidenceAt <c>2026-03-01T12:00:00Z</c>.
/// Queries: the links that can decide a payment (given ones and cuts, then learned ones from the window's end
/// backwards, up to the first that is older than the payment: most often one page); the neighbours of a link; the
/// payments between two instants; all links of a card; all links of a customer.
/// <para>Whoever links inserts the link first and then reads the payments; whoever files a payment inserts its row
/// first and then reads the links. So at least one of the two sees both.</para>
/// <para>Rows are only added: a cut stays beside what it cut, so that old evidence that is told again is known as
/// cut.</para>
/// </summary>
public sealed class FingerprintBook(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Fingerprints";

    private const string VersionRow = "v";

    // Most payments are decided by the first few rows; a card that is used every day has hundreds.
    private const int DecidingPageSize = 50;
    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Notes that a customer paid with a card. The same evidence again changes nothing.</summary>
    public async Task LearnAsync(FingerprintKey card, FingerprintLink link, CancellationToken cancel)
    {
        await FileAsync(card, link, cancel);
        await _table.TryInsertAsync(CardRow.Of(card.ToString(), link), cancel);
    }

    /// <summary>Takes one link away again, with the customer's way to it.</summary>
    public async Task ForgetAsync(FingerprintKey card, FingerprintLink link, CancellationToken cancel)
    {
        var customer = CustomerPartition(card.Environment, link.ProfileKey);
        await _table.DeleteEntityAsync(card.ToString(), CardRow.KeyOf(link), ETag.All, cancel);
        await _table.DeleteEntityAsync(customer, $"{card.Id}|{link.LinkId}", ETag.All, cancel);
    }

    /// <summary>All links of a card, to be changed. Two calls.</summary>
    public async Task<CardLinks> ReadAsync(FingerprintKey card, CancellationToken cancel)
    {
        var version = await _table.FindAsync(card.ToString(), VersionRow, cancel);
        return new CardLinks(card, version?.GetString("Version") ?? "", await ListLinksAsync(card, cancel))
        {
            ETag = version?.ETag ?? default,
        };
    }

    /// <summary>Adds an admin's link to a card that is still as it was read. A lost race is a fault that
    /// <see cref="Contention"/> knows.</summary>
    public async Task GiveAsync(CardLinks read, FingerprintLink link, CancellationToken cancel)
    {
        await FileAsync(read.Card, link, cancel);
        await CommitAsync(read, [CardRow.Of(read.Card.ToString(), link)], cancel);
    }

    /// <summary>Cuts customers off a card that is still as it was read. A lost race is a fault that
    /// <see cref="Contention"/> knows.</summary>
    public Task CutAsync(CardLinks read, IEnumerable<CardCut> cuts, CancellationToken cancel) =>
        CommitAsync(read, cuts.Select(cut => CardRow.Of(read.Card.ToString(), cut)), cancel);

    /// <summary>Makes every admin's change fail that read the card before now; false when one was faster than that.
    /// </summary>
    public async Task<bool> FenceAsync(CardLinks read, CancellationToken cancel)
    {
        try
        {
            await CommitAsync(read, [], cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsLostRace())
        {
            return false;
        }
    }

    /// <summary>The cards of a customer, with the links that made them so.</summary>
    public async IAsyncEnumerable<(FingerprintKey Card, FingerprintLink Link)> OfCustomerAsync(
        AppEnvironment environment, ProfileKey customer, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (card, link, _) in WaysAsync(environment, customer.ToString(), cancel))
            yield return (card, link);
    }

    /// <summary>Takes a payment from under its card.</summary>
    public Task RemovePaymentAsync(
        FingerprintKey card, DateTimeOffset occurredAt, string paymentKey, CancellationToken cancel) =>
        _table.DeleteEntityAsync(card.ToString(), CardRow.OfPayment(occurredAt, paymentKey), ETag.All, cancel);

    /// <summary>Files a payment under its card. A second time changes nothing.</summary>
    public Task AddPaymentAsync(
        FingerprintKey card, DateTimeOffset occurredAt, string paymentKey, CancellationToken cancel) =>
        _table.TryInsertAsync(
            new TableEntity(card.ToString(), CardRow.OfPayment(occurredAt, paymentKey)) { ["Payment"] = paymentKey },
            cancel);

    /// <summary>The link that decides whose a payment of that instant is, or null.</summary>
    public async Task<FingerprintLink?> FindOwnerAsync(
        FingerprintKey card, DateTimeOffset occurredAt, CancellationToken cancel)
    {
        var rows = new CardRows();
        // One range, of which the links that cannot decide are left out.
        var from = CardRow.From(CardRow.Given, occurredAt);
        var learnedFrom = CardRow.From(CardRow.Learned, occurredAt + Ownership.Window);
        var filter = TableRows.Range(card.ToString(), from, CardRow.AfterLearned) + " and " +
            TableClient.CreateQueryFilter($"(RowKey lt {CardRow.AfterCuts} or RowKey ge {learnedFrom})");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, DecidingPageSize, cancellationToken: cancel))
        {
            if (row.RowKey.StartsWith(CardRow.Cut, StringComparison.Ordinal))
            {
                rows.Add(CardRow.ReadCut(row));
                continue;
            }

            var link = CardRow.ReadLink(row);
            // Cuts lie between the links that were given and those that were learned: before the first of these
            // nothing is certain.
            if (link.Kind == LinkKind.Learned && Ownership.IsDecided(rows.Links, link, occurredAt)) break;
            rows.Add(link);
        }

        return Ownership.Decide(rows.Links, occurredAt);
    }

    /// <summary>The payments that a link may decide, judged by the links known now.</summary>
    public async IAsyncEnumerable<string> PaymentsOfAsync(
        FingerprintKey card, FingerprintLink link, [EnumeratorCancellation] CancellationToken cancel)
    {
        var counting = (await ListLinksAsync(card, cancel)).Where(l => l.Kind == LinkKind.Learned && l.Cut is null)
            .Select(l => l.EvidenceAt).ToList();
        var isFirst = !counting.Any(at => at < link.EvidenceAt);
        var from = isFirst ? link.EvidenceAt - Ownership.Window : link.EvidenceAt;
        var later = counting.Where(at => at > link.EvidenceAt).Select(at => (DateTimeOffset?)at).Min();
        var before = later is { } next ? CardRow.OfPayment(next) : "p|~";
        var filter = TableRows.Range(card.ToString(), CardRow.OfPayment(from), before);
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            yield return CardRow.ReadPayment(row.RowKey).Payment;
    }

    /// <summary>The payments of a card from a place on, oldest first.</summary>
    public async Task<IReadOnlyList<CardPayment>> ListPaymentsAsync(
        FingerprintKey card, string? after, int limit, CancellationToken cancel)
    {
        var found = new List<CardPayment>();
        var filter = TableRows.Range(card.ToString(), after is null ? "p|" : after + "0", "p|~");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, limit, cancellationToken: cancel))
        {
            found.Add(CardRow.ReadPayment(row.RowKey));
            if (found.Count == limit) break;
        }

        return found;
    }

    /// <summary>All links of a card, those of admins first, each kind from the latest on.</summary>
    public async Task<IReadOnlyList<FingerprintLink>> ListLinksAsync(FingerprintKey card, CancellationToken cancel)
    {
        var rows = new CardRows();
        var filter = TableRows.Range(card.ToString(), CardRow.Given, CardRow.AfterLearned);
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            if (row.RowKey.StartsWith(CardRow.Cut, StringComparison.Ordinal)) rows.Add(CardRow.ReadCut(row));
            else rows.Add(CardRow.ReadLink(row));
        return [.. rows.Links];
    }

    /// <summary>Takes all cards from a customer who is erased; may be told again until it succeeds.</summary>
    public async Task ForgetAsync(AppEnvironment environment, string profileKey, CancellationToken cancel)
    {
        var seen = new HashSet<FingerprintKey>();
        await foreach (var (card, link, row) in WaysAsync(environment, profileKey, cancel))
        {
            if (seen.Add(card)) await ForgetCutsAsync(card, profileKey, cancel);
            var key = row.GetString("Row") ?? CardRow.KeyOf(link);
            await _table.DeleteEntityAsync(card.ToString(), key, ETag.All, cancel);
            await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel);
        }
    }

    private async Task ForgetCutsAsync(FingerprintKey card, string profileKey, CancellationToken cancel)
    {
        var filter = TableRows.Range(card.ToString(), CardRow.Cut, CardRow.AfterCuts);
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            if (row.RowKey.EndsWith(profileKey, StringComparison.Ordinal))
                await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancel);
    }

    // The customer's way to a link comes before the link, so that an erasure finds every link.
    private Task FileAsync(FingerprintKey card, FingerprintLink link, CancellationToken cancel) =>
        _table.UpsertEntityAsync(
            new TableEntity(CustomerPartition(card.Environment, link.ProfileKey), $"{card.Id}|{link.LinkId}")
            {
                ["EvidenceAt"] = link.EvidenceAt,
                ["Row"] = CardRow.KeyOf(link),
            },
            TableUpdateMode.Replace, cancel);

    private async IAsyncEnumerable<(FingerprintKey Card, FingerprintLink Link, TableEntity Row)> WaysAsync(
        AppEnvironment environment, string customer, [EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {CustomerPartition(environment, customer)}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
        {
            var parts = row.RowKey.Split('|');
            // A row that is being replaced was seen without its properties: it comes with the next reading.
            if (row.GetDateTimeOffset("EvidenceAt") is { } at)
                yield return (
                    new FingerprintKey(environment, parts[0]),
                    new FingerprintLink(parts[1], customer, at.ToUniversalTime()), row);
        }
    }

    private Task CommitAsync(CardLinks read, IEnumerable<TableEntity> rows, CancellationToken cancel)
    {
        var batch = new TableBatch(_table, read.Card.ToString());
        var version = new TableEntity(read.Card.ToString(), VersionRow) { ["Version"] = $"{Guid.NewGuid():n}" };
        if (read.ETag == default) batch.Insert(version);
        else batch.Replace(version, read.ETag);
        foreach (var row in rows) batch.Insert(row);
        return batch.CommitAsync(cancel);
    }

    private static string CustomerPartition(AppEnvironment environment, string profileKey) =>
        $"{environment.Name()}|c|{profileKey}";
}
