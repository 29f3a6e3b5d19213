using System.Globalization;
using System.Text.RegularExpressions;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>How a file writes instants, always in UTC.</summary>
public sealed partial class DateFormat
{
    /// <summary>The formats that have a name.</summary>
    public static IReadOnlyDictionary<string, string> Named { get; } = new Dictionary<string, string>
    {
        ["iso8601"] = "yyyy-MM-dd'T'HH:mm:ss'Z'",
        ["excel"] = "yyyy-MM-dd HH:mm:ss",
        ["date"] = "yyyy-MM-dd",
        ["us"] = "MM/dd/yyyy HH:mm:ss",
        ["eu"] = "dd.MM.yyyy HH:mm:ss",
        [Unix] = "",
    };

    private const string Unix = "unix";
    private readonly string _pattern;
    private readonly bool _isUnix;

    private DateFormat(string pattern, bool isUnix) => (_pattern, _isUnix) = (pattern, isUnix);

    /// <summary>RFC 3339 with whole seconds.</summary>
    public static DateFormat Default { get; } = new(Named["iso8601"], isUnix: false);

    /// <summary>What to tell a caller whose format cannot be read.</summary>
    public static string Expected =>
        $"It must be one of {string.Join(", ", Named.Keys)}, or a pattern such as yyyy-MM-dd HH:mm:ss.";

    /// <summary>A name or a pattern of yyyy yy MMM MM M dd d HH H hh h mm m ss s fff tt and separators; null when it is
    /// neither.</summary>
    public static DateFormat? Parse(string text)
    {
        if (Named.TryGetValue(text, out var pattern)) return new DateFormat(pattern, text == Unix);
        // A single letter would name one of the platform's own formats.
        return text.Length > 1 && Pattern().IsMatch(text) && !Fused().IsMatch(text)
            ? new DateFormat(Separator().Replace(text, m => $"'{m.Value}'"), isUnix: false)
            : null;
    }

    /// <summary>An instant as text; empty for null.</summary>
    public string Write(DateTimeOffset? instant) => instant is not { } at ? ""
        : _isUnix ? at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
        : at.UtcDateTime.ToString(_pattern, CultureInfo.InvariantCulture);

    [GeneratedRegex("^(yyyy|yy|MMM|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|fff|tt|[-/.:, TZ])+$", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();

    // Two words of one letter would be read as one that means something else: dd and dd as the name of a weekday.
    [GeneratedRegex("y{5}|M{4}|d{3}|H{3}|h{3}|m{3}|s{3}|f{4}|t{3}", RegexOptions.NonBacktracking)]
    private static partial Regex Fused();

    [GeneratedRegex("[-/.:, TZ]")]
    private static partial Regex Separator();
}

/// <summary>A wallet's history as the records of a file, with running balances.</summary>
/// <param name="owner">Whose wallet, as the caller names it.</param>
/// <param name="query">Which entries.</param>
/// <param name="dates">How instants are written.</param>
public sealed class TransactionLog(string owner, EntryQuery query, DateFormat dates)
{
    /// <summary>The names of the cells.</summary>
    public static IReadOnlyList<string> Header { get; } =
    [
        "seq", "owner", "ledger", "kind", "points", "change", "balance", "pending", "effectiveAt", "recordedAt",
        "activeAt", "expiresAt", "sessionId", "rule", "by", "reason",
    ];

    private readonly Dictionary<(string Ledger, string Chain), (decimal Balance, decimal Pending)> _after = [];

    /// <summary>The cells of the next entry, or null when it is not asked for. <c>change</c> is what it did to the
    /// ledger's spendable balance, <c>balance</c> that balance after it, below zero while something is owed; of a
    /// merged customer they are those of all wallets together.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="text">The text beside it.</param>
    /// <param name="chain">In whose wallet it lies.</param>
    public IReadOnlyList<string?>? Next(LedgerEntry entry, EntryText? text, string chain = "")
    {
        var after = ((entry.BalanceAfter.Active - entry.BalanceAfter.Negative).ToDecimal(),
            entry.BalanceAfter.Pending.ToDecimal());
        var change = after.Item1 - _after.GetValueOrDefault((entry.Ledger, chain)).Balance;
        _after[(entry.Ledger, chain)] = after;
        var all = _after.Where(a => a.Key.Ledger == entry.Ledger).Select(a => a.Value).ToList();
        var (balance, pending) = (all.Sum(a => a.Balance), all.Sum(a => a.Pending));
        if (!query.Wants(entry)) return null;
        return
        [
            Text(entry.Seq), owner, entry.Ledger, Word(entry.Kind), Text(entry.Points.ToDecimal()), Text(change),
            Text(balance), Text(pending), dates.Write(entry.EffectiveAt),
            dates.Write(entry.RecordedAt), dates.Write(entry.ActiveAt), dates.Write(entry.ExpiresAt), text?.Session,
            entry.Rule, text?.By, text?.Reason,
        ];
    }

    /// <summary>A kind as answers write it: <c>transferred-in</c>.</summary>
    public static string Word(EntryKind kind) =>
        System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
