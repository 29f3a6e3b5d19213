using System.Runtime.CompilerServices;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Exports;

/// <summary>What all customers paid, as <c>GET profiles/{id}/transactions</c> shows it of each: customer by customer,
/// newest first. 1 call for 1,000 rows, and one for each customer and each payment at a terminal.</summary>
public sealed class TransactionRows(TransactionHistory history, CustomerNames names) : IExportRows
{
    /// <summary>The kind's name.</summary>
    public const string Name = "transactions";

    private static readonly IReadOnlyList<ExportField<(string ProfileId, Transaction Paid)>> Fields =
        new ExportFields<(string ProfileId, Transaction Paid)>()
            .Text("profileId", t => t.ProfileId)
            .Instant("at", t => t.Paid.At)
            .Text("source", t => Json.Word(t.Paid.Source))
            .Text("id", t => t.Paid.Id)
            .Text("application", t => t.Paid.Application)
            .Text("status", t => Json.Word(t.Paid.Status))
            .Number("amount", t => t.Paid.Amount)
            .Number("refunded", t => t.Paid.Refunded)
            .Text("currency", t => t.Paid.Currency)
            .Text("orderNumber", t => t.Paid.OrderNumber)
            .Text("channel", t => Json.Word(t.Paid.Channel))
            .Text("store", t => t.Paid.Store)
            .Text("paymentMedia", t => t.Paid.PaymentMedia)
            .All;

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public IReadOnlyList<ExportColumn> Columns { get; } = [.. Fields.Select(f => f.Column)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Default { get; } = [.. Fields.Select(f => f.Column.Name)];

    /// <inheritdoc/>
    public string Who => Fields[0].Column.Name;

    /// <summary>What is wrong with a status to filter by, or null.</summary>
    public static string? Fault(string status)
    {
        var words = Enum.GetValues<PaymentStatus>().Select(Json.Word).ToList();
        return words.Contains(status) ? null : $"It must be one of: {string.Join(", ", words)}.";
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<KeyRange>?> CutAsync(ExportRecord export, CancellationToken cancel) =>
        export.Order.Filter.Profile is { } profile
            ? await names.KeysOfAsync(export.Environment, profile, cancel)
            : KeyRange.Cut(
                await history.FirstCustomerAsync(export.Environment, cancel), export.AsOf, ExportPart.Count);

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<string?>> ReadAsync(
        ExportRecord export, ExportPart part, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (order, filter) = (export.Order, export.Order.Filter);
        var fields = order.Fields.Select(name => Fields.First(f => f.Column.Name == name)).ToList();
        var dates = order.DateFormat is { } format ? DateFormat.Parse(format) : null;
        var wanted = history.ScanAsync(export.Environment, part.Keys!, cancel).Where(t =>
            (filter.After is null || t.Transaction.At >= filter.After)
            && (filter.Before is null || t.Transaction.At < filter.Before)
            && (filter.Status is null || filter.Status == Json.Word(t.Transaction.Status)));
        await foreach (var (row, id) in names.AddAsync(export.Environment, wanted, t => t.Customer, cancel))
            // Of a customer who was erased nothing is shown.
            if (id is not null) yield return [.. fields.Select(f => f.Cell((id, row.Transaction), dates))];
    }
}
