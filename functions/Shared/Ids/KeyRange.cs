using System.Globalization;

namespace CustomerFunctions.Shared.Ids;

/// <summary>A run of owners' keys. Keys begin with the milliseconds of their making in 12 hex digits, so what lies by
/// owner can be cut into spans of time that are read side by side.</summary>
/// <param name="From">The first key, or what it begins with.</param>
/// <param name="Before">Where the next run begins; null for no end.</param>
public sealed record KeyRange(string From, string? Before)
{
    // Above every character of a key.
    private const string End = "~";
    private const int TimeDigits = 12;

    /// <summary>The run of one key alone.</summary>
    public static KeyRange Of(string key) => new(key, key + " ");

    /// <summary>The first partition of the run, where partitions are named by a prefix and the key.</summary>
    public string FirstPartition(string prefix) => prefix + From;

    /// <summary>The partition before which the run ends.</summary>
    public string EndPartition(string prefix) => prefix + (Before ?? End);

    /// <summary>Cuts all keys into at most so many runs of equal spans of time; uneven ones cost time only.</summary>
    /// <param name="first">The first key that there is; null when there is none.</param>
    /// <param name="until">When the last may have been made.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<KeyRange> Cut(string? first, DateTimeOffset until, int count)
    {
        var end = until.ToUnixTimeMilliseconds();
        if (TimeOf(first) is not { } begin || begin > end - count) return [new KeyRange("", null)];
        var cuts = Enumerable.Range(1, count - 1)
            .Select(i => (begin + ((end - begin) / count * i)).ToString("x12", CultureInfo.InvariantCulture)).ToList();
        return [.. cuts.Prepend("").Zip(cuts.Append(null!), (from, before) => new KeyRange(from, before))];
    }

    private static long? TimeOf(string? key) => key is { Length: >= TimeDigits } && long.TryParse(
        key.AsSpan(0, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var time)
        ? time
        : null;
}
