using System.Globalization;
using Azure.Data.Tables;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Orders.Storage;

/// <summary>The rows of a card that tie it to customers, as <see cref="FingerprintBook"/> names them.</summary>
public static class CardRow
{
    /// <summary>Begins the rows of links that an admin gave.</summary>
    public const string Given = "a|";

    /// <summary>Begins the rows of cuts.</summary>
    public const string Cut = "c|";

    /// <summary>Lies behind all rows of the two.</summary>
    public const string AfterCuts = "c|~";

    /// <summary>Begins the rows of links that were learned.</summary>
    public const string Learned = "l|";

    /// <summary>Lies behind all rows that tie a card to customers.</summary>
    public const string AfterLearned = "l|~";

    /// <summary>Where links that count from an instant on, or before it, begin.</summary>
    public static string From(string kind, DateTimeOffset since) => kind + Newest.First(since, "");

    /// <summary>The key of a link's row.</summary>
    public static string KeyOf(FingerprintLink link) =>
        (link.Kind == LinkKind.Given ? Given : Learned) + Newest.First(link.Since, link.LinkId);

    /// <summary>The key of a cut's row.</summary>
    public static string KeyOf(CardCut cut) => Cut + Newest.First(cut.At, cut.ProfileKey);

    /// <summary>A link's row.</summary>
    public static TableEntity Of(string card, FingerprintLink link)
    {
        var row = new TableEntity(card, KeyOf(link))
        {
            ["ProfileKey"] = link.ProfileKey,
            ["EvidenceAt"] = link.EvidenceAt,
        };
        if (link.By is not null) row["By"] = link.By;
        return row;
    }

    /// <summary>A cut's row.</summary>
    public static TableEntity Of(string card, CardCut cut) => new(card, KeyOf(cut)) { ["By"] = cut.By };

    /// <summary>Reads a link's row.</summary>
    public static FingerprintLink ReadLink(TableEntity row)
    {
        var isGiven = row.RowKey.StartsWith(Given, StringComparison.Ordinal);
        var link = new FingerprintLink(
            row.RowKey[(row.RowKey.LastIndexOf('|') + 1)..], row.GetString("ProfileKey"),
            row.GetDateTimeOffset("EvidenceAt")!.Value.ToUniversalTime());
        if (!isGiven) return link;
        var since = InstantOf(row.RowKey);
        return link with
        {
            Kind = LinkKind.Given,
            From = since == DateTimeOffset.MinValue ? null : since,
            By = row.GetString("By"),
        };
    }

    /// <summary>Reads a cut's row.</summary>
    public static CardCut ReadCut(TableEntity row) => new(
        row.RowKey[(row.RowKey.LastIndexOf('|') + 1)..], InstantOf(row.RowKey), row.GetString("By"));

    /// <summary>The key of a payment's row under its card; without a payment, where those of an instant
    /// begin.</summary>
    public static string OfPayment(DateTimeOffset at, string? paymentKey = null)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"p|{at.UtcTicks:D19}");
        return paymentKey is null ? start : $"{start}|{paymentKey}";
    }

    /// <summary>What <see cref="OfPayment"/> wrote.</summary>
    public static CardPayment ReadPayment(string rowKey)
    {
        var parts = rowKey.Split('|');
        var ticks = long.Parse(parts[1], CultureInfo.InvariantCulture);
        return new CardPayment(rowKey, parts[2], new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    private static DateTimeOffset InstantOf(string rowKey)
    {
        var ticks = long.Parse(rowKey.Split('|')[1], CultureInfo.InvariantCulture);
        return new DateTimeOffset(DateTimeOffset.MaxValue.UtcTicks - ticks, TimeSpan.Zero);
    }
}

/// <summary>Rows of one card as they are read, in their order: a link shows the cuts that were read before it or after
/// it.</summary>
internal sealed class CardRows
{
    private readonly List<FingerprintLink> _links = [];
    private readonly List<CardCut> _cuts = [];

    /// <summary>The links so far.</summary>
    public IEnumerable<FingerprintLink> Links => _links.Select(Seen);

    /// <summary>Takes a link, seen as it is after the cuts.</summary>
    public void Add(FingerprintLink link) => _links.Add(link);

    /// <summary>Takes a cut.</summary>
    public void Add(CardCut cut) => _cuts.Add(cut);

    private FingerprintLink Seen(FingerprintLink link) => _cuts.Aggregate(link, (l, cut) => l.After(cut));
}
