using System.Globalization;
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

    /// <summary><c>live|9f86…</c>.</summary>
    public override string ToString() => $"{Environment.Name()}|{Id}";
}

/// <summary>
/// Which customers and which payments a card belongs to; many to many. The door through which Terminals reads what
/// Orders learned.
/// Table: <c>Fingerprints</c>. PK: <c>{env}|{sha256(fingerprint)}</c>. RK: <c>l|{ticks of the evidence, inverted}|{link
/// id}</c> for a link, newest first; <c>p|{ticks of the payment}|{payment key}</c> for a payment, oldest first. Beside
/// them PK <c>{env}|c|{profile key}</c>, RK <c>{fingerprint key}|{link id}</c>: a customer's links, to find them again.
/// Example: <c>live|9f86…</c>, <c>l|2516…|4e1a…</c>, ProfileKey <c>0198…</c>, EvidenceAt <c>2026-03-01T12:00:00Z</c>.
/// Queries: the links that can decide a payment (from the window's end backwards, up to the first that is older than
/// the payment: most often one row); the neighbours of a link; the payments between two instants; all links of a card;
/// all links of a customer.
/// <para>Whoever links inserts the link first and then reads the payments; whoever files a payment inserts its row
/// first and then reads the links. So at least one of the two sees both.</para>
/// </summary>
public sealed class FingerprintBook(StorageAccount storage)
{
    /// <summary>The table.</summary>
    public const string TableName = "Fingerprints";

    private readonly TableClient _table = storage.Table(TableName);

    /// <summary>Notes that a customer paid with a card. The same evidence again changes nothing.</summary>
    public async Task LearnAsync(FingerprintKey card, FingerprintLink link, CancellationToken cancel)
    {
        var reverse = new TableEntity(CustomerPartition(card.Environment, link.ProfileKey), $"{card.Id}|{link.LinkId}")
        {
            ["EvidenceAt"] = link.EvidenceAt,
        };
        await _table.UpsertEntityAsync(reverse, TableUpdateMode.Replace, cancel);
        await _table.TryInsertAsync(
            new TableEntity(card.ToString(), LinkRow(link.EvidenceAt, link.LinkId))
            {
                ["ProfileKey"] = link.ProfileKey,
                ["EvidenceAt"] = link.EvidenceAt,
            },
            cancel);
    }

    /// <summary>Takes one link away again, with the customer's way to it.</summary>
    public async Task ForgetAsync(FingerprintKey card, FingerprintLink link, CancellationToken cancel)
    {
        var customer = CustomerPartition(card.Environment, link.ProfileKey);
        await _table.DeleteEntityAsync(
            card.ToString(), LinkRow(link.EvidenceAt, link.LinkId), Azure.ETag.All, cancel);
        await _table.DeleteEntityAsync(customer, $"{card.Id}|{link.LinkId}", Azure.ETag.All, cancel);
    }

    /// <summary>The cards of a customer, with the links that made them so.</summary>
    public async IAsyncEnumerable<(FingerprintKey Card, FingerprintLink Link)> OfCustomerAsync(
        AppEnvironment environment, ProfileKey customer,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var partition = CustomerPartition(environment, customer.ToString());
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
        {
            var parts = row.RowKey.Split('|');
            // A row that is being replaced was seen without its properties: it comes with the next reading.
            if (row.GetDateTimeOffset("EvidenceAt") is { } at)
                yield return (
                    new FingerprintKey(environment, parts[0]),
                    new FingerprintLink(parts[1], customer.ToString(), at.ToUniversalTime()));
        }
    }

    /// <summary>Takes a payment from under its card.</summary>
    public Task RemovePaymentAsync(
        FingerprintKey card, DateTimeOffset occurredAt, string paymentKey, CancellationToken cancel) =>
        _table.DeleteEntityAsync(
            card.ToString(), $"p|{Ascending(occurredAt)}|{paymentKey}", Azure.ETag.All, cancel);

    /// <summary>Files a payment under its card. A second time changes nothing.</summary>
    public Task AddPaymentAsync(
        FingerprintKey card, DateTimeOffset occurredAt, string paymentKey, CancellationToken cancel) =>
        _table.TryInsertAsync(
            new TableEntity(card.ToString(), $"p|{Ascending(occurredAt)}|{paymentKey}") { ["Payment"] = paymentKey },
            cancel);

    /// <summary>The link that decides whose a payment of that instant is, or null.</summary>
    public async Task<FingerprintLink?> FindOwnerAsync(
        FingerprintKey card, DateTimeOffset occurredAt, CancellationToken cancel)
    {
        var found = new List<FingerprintLink>();
        var from = LinkRow(occurredAt + Ownership.Window, "");
        await foreach (var link in LinksAsync(card, from, "l|~", cancel))
        {
            // Of the older ones all of the same instant are needed: their ids decide.
            if (found.Count > 0 && found[^1].EvidenceAt <= occurredAt && link.EvidenceAt < found[^1].EvidenceAt) break;
            found.Add(link);
        }

        return Ownership.Decide(found, occurredAt);
    }

    /// <summary>The payments that a link may decide, judged by the links known now.</summary>
    public async IAsyncEnumerable<string> PaymentsOfAsync(
        FingerprintKey card, FingerprintLink link,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        DateTimeOffset? earlier = null, later = null;
        await foreach (var other in LinksAsync(card, "l|", "l|~", cancel))
        {
            if (other.EvidenceAt > link.EvidenceAt) later = other.EvidenceAt;
            if (other.EvidenceAt >= link.EvidenceAt) continue;
            earlier = other.EvidenceAt;
            break;
        }

        var from = earlier is null ? link.EvidenceAt - Ownership.Window : link.EvidenceAt;
        var before = later is { } next ? $"p|{Ascending(next)}" : "p|~";
        var filter = TableRows.Range(card.ToString(), $"p|{Ascending(from)}", before);
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            yield return row.GetString("Payment");
    }

    /// <summary>The payments of a card from an instant on, oldest first.</summary>
    public async Task<IReadOnlyList<string>> ListPaymentsAsync(
        FingerprintKey card, string? after, int limit, CancellationToken cancel)
    {
        var found = new List<string>();
        var filter = TableRows.Range(card.ToString(), after is null ? "p|" : after + "0", "p|~");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, limit, cancellationToken: cancel))
        {
            found.Add(row.RowKey);
            if (found.Count == limit) break;
        }

        return found;
    }

    /// <summary>All links of a card, newest first.</summary>
    public async Task<IReadOnlyList<FingerprintLink>> ListLinksAsync(FingerprintKey card, CancellationToken cancel)
    {
        var found = new List<FingerprintLink>();
        await foreach (var link in LinksAsync(card, "l|", "l|~", cancel)) found.Add(link);
        return found;
    }

    /// <summary>Cuts all cards of a customer; may be told again until it succeeds.</summary>
    public async Task CutAsync(AppEnvironment environment, string profileKey, CancellationToken cancel)
    {
        var partition = CustomerPartition(environment, profileKey);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
        {
            var parts = row.RowKey.Split('|');
            var card = new FingerprintKey(environment, parts[0]).ToString();
            var evidenceAt = row.GetDateTimeOffset("EvidenceAt")!.Value;
            await _table.DeleteEntityAsync(card, LinkRow(evidenceAt, parts[1]), Azure.ETag.All, cancel);
            await _table.DeleteEntityAsync(partition, row.RowKey, Azure.ETag.All, cancel);
        }
    }

    private async IAsyncEnumerable<FingerprintLink> LinksAsync(
        FingerprintKey card, string from, string before,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = TableRows.Range(card.ToString(), from, before);
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancel))
            yield return new FingerprintLink(
                row.RowKey[(row.RowKey.LastIndexOf('|') + 1)..], row.GetString("ProfileKey"),
                row.GetDateTimeOffset("EvidenceAt")!.Value.ToUniversalTime());
    }

    private static string LinkRow(DateTimeOffset evidenceAt, string linkId) => string.Create(
        CultureInfo.InvariantCulture, $"l|{DateTimeOffset.MaxValue.UtcTicks - evidenceAt.UtcTicks:D19}|{linkId}");

    private static string Ascending(DateTimeOffset at) => at.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    private static string CustomerPartition(AppEnvironment environment, string profileKey) =>
        $"{environment.Name()}|c|{profileKey}";
}
