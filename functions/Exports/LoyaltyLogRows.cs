using System.Runtime.CompilerServices;
using CustomerFunctions.Cards;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports;

/// <summary>All entries of a program's wallets as <c>entries.csv</c> writes those of one: wallet by wallet, oldest
/// first, up to the instant that the file speaks of. 1 call for 1,000 entries and 1,000 texts, and one for each
/// customer; in a program of cards two for each card.</summary>
public sealed class LoyaltyLogRows(
    WalletLog log, ProgramCatalog programs, CardDirectory cards, CustomerNames names) : IExportRows
{
    /// <summary>The kind's name.</summary>
    public const string Name = "loyalty-log";

    private static readonly string[] Numbers = ["seq", "points", "change", "balance", "pending"];
    private static readonly List<string> Header = [.. TransactionLog.Header];
    private const string Hex = "0123456789abcdef";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public IReadOnlyList<ExportColumn> Columns { get; } =
        [.. TransactionLog.Header.Select(name => new ExportColumn(name, Numbers.Contains(name)))];

    /// <inheritdoc/>
    public IReadOnlyList<string> Default => TransactionLog.Header;

    /// <inheritdoc/>
    public string Who => "owner";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<KeyRange>?> CutAsync(ExportRecord export, CancellationToken cancel)
    {
        var order = export.Order;
        if (order.Filter.Profile is { } profile)
            return await names.KeysOfAsync(export.Environment, profile, cancel);
        // Cards are told by places that are hashes.
        if (await IsOfCardsAsync(export, cancel))
            return [.. Hex.Select((digit, i) => new KeyRange($"{digit}", i + 1 < Hex.Length ? $"{Hex[i + 1]}" : null))];
        var first = await log.FirstOwnerAsync(export.Environment, order.Program!, cancel);
        return KeyRange.Cut(first, export.AsOf, ExportPart.Count);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<string?>> ReadAsync(
        ExportRecord export, ExportPart part, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (order, filter) = (export.Order, export.Order.Filter);
        var places = order.Fields.Select(name => Header.IndexOf(name)).ToList();
        var query = new EntryQuery(filter.Ledger, null, filter.After, filter.Before, int.MaxValue, []);
        var dates = order.DateFormat is { } format ? DateFormat.Parse(format)! : DateFormat.Default;
        var entries = await IsOfCardsAsync(export, cancel)
            ? OfCardsAsync(export, part.Keys!, cancel)
            : OfCustomersAsync(export, part.Keys!, cancel);
        var (owner, balances) = ("", new TransactionLog("", query, dates));
        await foreach (var (entry, id) in entries)
        {
            if (entry.Owner != owner) (owner, balances) = (entry.Owner, new TransactionLog(id ?? "", query, dates));
            if (entry.Entry.RecordedAt <= export.AsOf && balances.Next(entry.Entry, entry.Text) is { } cells)
                yield return [.. places.Select(i => cells[i])];
        }
    }

    private async Task<bool> IsOfCardsAsync(ExportRecord export, CancellationToken cancel) =>
        (await programs.FindAsync(export.Environment, export.Order.Program!, cancel))?.Kind == ProgramKind.Card;

    private IAsyncEnumerable<(LoggedEntry Entry, string? Id)> OfCustomersAsync(
        ExportRecord export, KeyRange owners, CancellationToken cancel) => names.AddAsync(
            export.Environment, log.ReadAsync(export.Environment, export.Order.Program!, owners, cancel),
            e => e.Owner, cancel);

    private async IAsyncEnumerable<(LoggedEntry Entry, string? Id)> OfCardsAsync(
        ExportRecord export, KeyRange places, [EnumeratorCancellation] CancellationToken cancel)
    {
        var program = export.Order.Program!;
        await foreach (var card in cards.ScanAsync(export.Environment, program, places, cancel))
            await foreach (var entry in log.ReadAsync(export.Environment, program, KeyRange.Of(card.CardKey), cancel))
                yield return (entry, card.Code);
    }
}
