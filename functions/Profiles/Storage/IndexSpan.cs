using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>Which rows of an index a page looks at, and how positions are written.</summary>
public sealed class IndexSpan
{
    private readonly string? _after;
    private readonly string _from;
    private readonly string? _before;

    private IndexSpan(bool isByAge, string? after, string from, string? before)
    {
        IsByAge = isByAge;
        _after = after;
        _from = from;
        _before = before;
    }

    /// <summary>True when rows go in the order of customers' keys, else in the order of ranges and entries.</summary>
    public bool IsByAge { get; }

    /// <summary>Customers by age, made between two instants, both left out.</summary>
    /// <param name="after">The last position of the page before, or null.</param>
    /// <param name="createdAfter">An instant, or null.</param>
    /// <param name="createdBefore">An instant, or null.</param>
    public static IndexSpan ByAge(string? after, DateTimeOffset? createdAfter, DateTimeOffset? createdBefore)
    {
        // Keys know whole milliseconds: the first one after an instant, and the first one not before it.
        var youngest = createdAfter is { } from ? ProfileKey.BeginningAt(from.AddMilliseconds(1)) : "";
        var cursor = after is null ? "" : after + "!";
        var end = createdBefore is { } until
            ? ProfileKey.BeginningAt(until.AddTicks(TimeSpan.TicksPerMillisecond - 1))
            : null;
        return new IndexSpan(true, after, string.CompareOrdinal(cursor, youngest) > 0 ? cursor : youngest, end);
    }

    /// <summary>Whatever is found, after a position.</summary>
    public static IndexSpan ByText(string? after) => new(false, after, "", null);

    /// <summary>True when the position can be one of this question.</summary>
    public bool Fits(IReadOnlyList<string> entries)
    {
        if (_after is not { } after) return true;
        if (IsByAge) return Guid.TryParseExact(after, "n", out _);
        return after.Length > 2 && after[1] == ':' && after[0] - '0' is var range && range >= 0 && range < entries.Count
            && after[2..].StartsWith(entries[range], StringComparison.Ordinal);
    }

    /// <summary>The row keys of one range to read, from one up to, but not with, another; null when the range lies
    /// before the position.</summary>
    /// <param name="entry">The beginning of the range's entries.</param>
    /// <param name="range">Its place among the ranges.</param>
    /// <param name="end">What sorts after everything that can follow an entry's beginning.</param>
    public (string From, string Before)? Of(string entry, int range, string end)
    {
        if (IsByAge) return ($"{entry}|{_from}", _before is null ? entry + end : $"{entry}|{_before}");
        var at = _after is null ? 0 : _after[0] - '0';
        if (range < at) return null;
        return (_after is null || range > at ? entry : _after[2..] + "!", entry + end);
    }
}
