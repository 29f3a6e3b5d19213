using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerFunctions.Orders;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Terminals;

/// <summary>Where a transaction was seen.</summary>
public enum TransactionSource
{
    /// <summary>In a closed session.</summary>
    Session,

    /// <summary>At a terminal.</summary>
    Terminal,
}

/// <summary>One thing that a customer paid; amounts are minor units.</summary>
/// <param name="At">When the session was closed, or the payment made.</param>
/// <param name="Source">Where it was seen.</param>
/// <param name="Id">The session's or the terminal's name for it.</param>
/// <param name="Application">Whose session or terminal.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Amount">What was paid.</param>
/// <param name="Refunded">What was given back of it.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record Transaction(
    DateTimeOffset At, TransactionSource Source, string Id, string Application, PaymentStatus Status, long Amount,
    long Refunded, string Currency)
{
    /// <summary>As the site or terminal numbers it.</summary>
    public string? OrderNumber { get; init; }

    /// <summary>Where it was ordered.</summary>
    public required SalesChannel Channel { get; init; }

    /// <summary>In which store.</summary>
    public string? Store { get; init; }

    /// <summary>How it was paid; null for a session that named no payments.</summary>
    public string? PaymentMedia { get; init; }
}

/// <summary>A transaction's place: that of its session or payment, and its number there, from 1.</summary>
public sealed record TransactionPlace(string Position, int Number)
{
    /// <summary>Reads what <see cref="ToString"/> wrote, or null.</summary>
    public static TransactionPlace? Parse(string text)
    {
        var bar = text.LastIndexOf('|');
        return bar > 0 && int.TryParse(text.AsSpan(bar + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? new TransactionPlace(text[..bar], n)
            : null;
    }

    /// <summary><c>{position}|{number}</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Position}|{Number}");

    /// <summary>True when it comes after another.</summary>
    public bool IsAfter(TransactionPlace other) => string.CompareOrdinal(Position, other.Position) is var order
        && (order > 0 || (order == 0 && Number > other.Number));
}

/// <summary>A transaction with its place.</summary>
public sealed record PlacedTransaction(TransactionPlace Place, Transaction Transaction);

/// <summary>What a customer paid in sessions and at terminals as one list, newest first.</summary>
public sealed class TransactionHistory(SessionHistory sessions, PaymentHistory payments)
{
    /// <summary>A customer's transactions from one place on. Two calls for each key and page, and one for each payment
    /// at a terminal.</summary>
    public async IAsyncEnumerable<PlacedTransaction> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> customer, TransactionPlace? after, int pageSize,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        // A page may end between two payments of one session: that session is read again.
        var from = after?.Position[..^1];
        var sold = sessions.ReadSalesAsync(environment, customer, from, pageSize, cancel)
            .SelectMany(s => LinesOf(s.Position, s.Sale));
        var paid = payments.ReadAsync(environment, customer, from, pageSize, cancel)
            .Select(p => LineOf(p.Position, p.Payment));
        await foreach (var line in SortedMerge.OfAsync([sold, paid], l => l.Place.Position, cancel))
            if (after is null || line.Place.IsAfter(after)) yield return line;
    }

    /// <summary>The first key that transactions lie under, or null. Two calls.</summary>
    public async Task<string?> FirstCustomerAsync(AppEnvironment environment, CancellationToken cancel)
    {
        string?[] firsts =
        [
            await sessions.FirstCustomerAsync(environment, cancel),
            await payments.FirstCustomerAsync(environment, cancel),
        ];
        return firsts.Where(f => f is not null).Min(StringComparer.Ordinal);
    }

    /// <summary>The transactions of all customers in a run of keys with the key that they lie under, customer by
    /// customer, each newest first. One call for 1,000 rows of both, and one for each payment at a terminal.</summary>
    public IAsyncEnumerable<(string Customer, Transaction Transaction)> ScanAsync(
        AppEnvironment environment, KeyRange customers, CancellationToken cancel)
    {
        var sold = sessions.ScanSalesAsync(environment, customers, cancel)
            .SelectMany(s => LinesOf(s.Position, s.Sale).Select(line => (s.Customer, Line: line)));
        var paid = payments.ScanAsync(environment, customers, cancel)
            .Select(p => (p.Row.Customer, Line: LineOf(p.Row.Position, p.Payment)));
        return SortedMerge.OfAsync([sold, paid], l => $"{l.Customer}|{l.Line.Place.Position}", cancel)
            .Select(l => (l.Customer, l.Line.Transaction));
    }

    private static IEnumerable<PlacedTransaction> LinesOf(string position, SessionSale sale)
    {
        var parts = sale.Payments.IsEmpty
            ? [(null, sale.Summary.Total, sale.Summary.Refunded)]
            : sale.Payments.Select(p => ((string?)p.Method, p.Amount, p.Refunded));
        return parts.Select((part, i) => new PlacedTransaction(
            new TransactionPlace(position, i + 1),
            new Transaction(
                sale.At, TransactionSource.Session, sale.Summary.SessionId, sale.Summary.Application,
                StatusOf(sale, part.Item2, part.Item3), part.Item2, part.Item3, sale.Summary.Currency)
            {
                OrderNumber = sale.Summary.OrderNumber,
                Channel = sale.Summary.Channel,
                Store = sale.Summary.Store,
                PaymentMedia = part.Item1,
            }));
    }

    private static PaymentStatus StatusOf(SessionSale sale, long amount, long refunded) =>
        !sale.Counts ? PaymentStatus.Cancelled
        : refunded == 0 ? PaymentStatus.Completed
        : refunded == amount ? PaymentStatus.Refunded : PaymentStatus.PartiallyRefunded;

    private static PlacedTransaction LineOf(string position, Payment payment)
    {
        var summary = PaymentSummary.Of(payment.Facts);
        var said = payment.Facts.Completed ?? payment.Facts.ByKey.Values.First();
        return new PlacedTransaction(
            new TransactionPlace(position, 1),
            new Transaction(
                summary.OccurredAt, TransactionSource.Terminal, payment.TransactionId, payment.Application,
                summary.Status, summary.Amount, summary.Refunded, summary.Currency)
            {
                OrderNumber = said.OrderNumber,
                Channel = SalesChannel.Terminal,
                Store = said.StoreId,
                PaymentMedia = said.PaymentMedia,
            });
    }
}
