using System.Runtime.CompilerServices;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders;

/// <summary>A sale with its place among the others of its customer.</summary>
public sealed record PlacedSale(string Position, SessionSale Sale);

/// <summary>The door to what a customer ordered: sessions and sales, newest first, under all keys that the customer
/// has.</summary>
public sealed class SessionHistory(SessionIndex index, SessionTable sessions)
{
    // Source: measured against the emulator; more reads side by side only queue there.
    private const int ReadsAtOnce = 16;

    /// <summary>A customer's sessions from one place on. One call for each key and page, and one for each session that
    /// is not closed.</summary>
    public async IAsyncEnumerable<(string Position, SessionSummary Session)> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> customer, string? after, int pageSize,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        // Rows are asked side by side, so some more than a page are read.
        var size = pageSize + ReadsAtOnce;
        var rows = SortedMerge.OfAsync(
            customer.Select(key => index.ReadAsync(environment, key, after, size, cancel)), r => r.Position, cancel);
        await foreach (var some in rows.Chunk(ReadsAtOnce).WithCancellation(cancel))
        {
            var found = await Task.WhenAll(some.Select(row => SummaryAsync(row, cancel)));
            foreach (var (row, summary) in some.Zip(found))
                if (summary is not null) yield return (row.Position, summary);
        }
    }

    /// <summary>A customer's sales from one place on. One call for each key and page.</summary>
    public async IAsyncEnumerable<PlacedSale> ReadSalesAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> customer, string? after, int pageSize,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var rows = SortedMerge.OfAsync(
            customer.Select(key => index.ReadSalesAsync(environment, key, after, pageSize, cancel)),
            r => r.Position, cancel);
        await foreach (var (position, sale) in rows.WithCancellation(cancel))
            if (sale is not null) yield return new PlacedSale(position, sale);
    }

    /// <summary>The first key that sessions lie under, or null. One call.</summary>
    public Task<string?> FirstCustomerAsync(AppEnvironment environment, CancellationToken cancel) =>
        index.FirstCustomerAsync(environment, cancel);

    /// <summary>The sales of all customers in a run of keys, customer by customer, each newest first. One call for
    /// 1,000 rows.</summary>
    public IAsyncEnumerable<(string Customer, string Position, SessionSale Sale)> ScanSalesAsync(
        AppEnvironment environment, KeyRange customers, CancellationToken cancel) =>
        index.ScanSalesAsync(environment, customers, cancel);

    /// <summary>A customer's sessions whole, read page by page.</summary>
    public async IAsyncEnumerable<Session> ReadWholeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> customer,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var rows = SortedMerge.OfAsync(
            customer.Select(key => index.ReadAsync(environment, key, null, PageSize, cancel)), r => r.Position, cancel);
        await foreach (var some in rows.Chunk(ReadsAtOnce).WithCancellation(cancel))
            foreach (var (row, session) in some.Zip(await Task.WhenAll(some.Select(row => FindAsync(row, cancel)))))
                if (session is not null) yield return session;
    }

    private const int PageSize = 1000;

    private async Task<SessionSummary?> SummaryAsync(IndexedSession row, CancellationToken cancel)
    {
        if (row.Summary is not null) return row.Summary;
        return await FindAsync(row, cancel) is { } session ? SessionSummary.Of(session) : null;
    }

    // Rows may outlive what they pointed to: the session itself has the last word.
    private async Task<Session?> FindAsync(IndexedSession row, CancellationToken cancel)
    {
        var session = (await sessions.FindAsync(row.Session, cancel)).Session;
        return session?.Customer?.Key == row.Customer && session.CreatedAt == row.CreatedAt ? session : null;
    }
}
