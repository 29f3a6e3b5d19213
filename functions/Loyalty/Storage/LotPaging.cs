using System.Collections.Immutable;
using System.Globalization;
using Azure.Data.Tables;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>Spreads a wallet's lots over pages so that a change rewrites only the pages that it touches. A lot stays on
/// the page where it was put; a new one goes to the first page with room.</summary>
internal static class LotPaging
{
    /// <summary>The lots of each page after a change, by page number; page 0 is the head's own.</summary>
    public static IReadOnlyList<ImmutableArray<Lot>> Arrange(LoadedWallet wallet, WalletState after)
    {
        var pageOf = wallet.Pages.SelectMany(p => p.Lots.Select(l => (Key: KeyOf(l), p.Number)))
            .ToDictionary(p => p.Key, p => p.Number);
        var before = wallet.State.Lots.Select(KeyOf).ToHashSet();
        var pages = new List<List<Lot>> { new() };
        foreach (var lot in after.Lots.Where(l => before.Contains(KeyOf(l))))
            Page(pages, pageOf.GetValueOrDefault(KeyOf(lot))).Add(lot);
        foreach (var lot in after.Lots.Where(l => !before.Contains(KeyOf(l))))
            Page(pages, FirstWithRoom(pages)).Add(lot);
        return [.. pages.Select(p => p.ToImmutableArray())];
    }

    /// <summary>Adds the pages that a change touched to its transaction. True when the wallet has, or had, pages beyond
    /// the head's own, whose new ETags only reading it again can tell.</summary>
    public static bool AddChanged(
        TableBatch batch, LoadedWallet wallet, IReadOnlyList<ImmutableArray<Lot>> pages)
    {
        if (pages.Count == 1 && wallet.Pages.Count == 0) return false;
        var before = wallet.Pages.ToDictionary(p => p.Number);
        for (var number = 1; number < pages.Count; number++)
        {
            if (!before.Remove(number, out var page))
            {
                if (pages[number].Length > 0) batch.Insert(Row(wallet.Id, number, pages[number]));
            }
            else if (pages[number].Length == 0) batch.Delete(RowKey(number), page.ETag);
            else if (!page.Lots.SequenceEqual(pages[number]))
                batch.Replace(Row(wallet.Id, number, pages[number]), page.ETag);
        }

        foreach (var gone in before.Values) batch.Delete(RowKey(gone.Number), gone.ETag);
        return true;
    }

    // A lot that was moved in part within a wallet lies in two of its ledgers.
    private static (string Ledger, string Lot) KeyOf(Lot lot) => (lot.Ledger, lot.Id);

    private static int FirstWithRoom(List<List<Lot>> pages)
    {
        var found = pages.FindIndex(p => p.Count < LotPage.LotsMax);
        return found < 0 ? pages.Count : found;
    }

    private static List<Lot> Page(List<List<Lot>> pages, int number)
    {
        while (pages.Count <= number) pages.Add([]);
        return pages[number];
    }

    private static TableEntity Row(WalletId wallet, int number, ImmutableArray<Lot> lots)
    {
        var row = new TableEntity(wallet.ToString(), RowKey(number));
        row.SetDocument("Lots", WalletDocuments.WriteLots(lots));
        return row;
    }

    private static string RowKey(int number) => "l|" + number.ToString("D4", CultureInfo.InvariantCulture);
}
