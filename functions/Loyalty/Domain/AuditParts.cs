using System.Globalization;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>
/// Cuts the owners of a program into parts that can be looked at side by side. An owner's key begins with the
/// milliseconds of its making in 12 hex digits, so parts are equal spans of time from the first wallet's owner up to
/// now; the first begins before all and the last has no end. Uneven parts cost time only.
/// </summary>
public static class AuditParts
{
    /// <summary>Parts of an audit.</summary>
    public const int Count = 16;

    private const int TimeDigits = 12;

    /// <summary>The parts.</summary>
    /// <param name="audit">Of which audit.</param>
    /// <param name="firstOwner">The first owner that has a wallet; null when there is none.</param>
    /// <param name="now">The instant.</param>
    public static IReadOnlyList<AuditPart> Cut(AuditRef audit, string? firstOwner, DateTimeOffset now)
    {
        var from = TimeOf(firstOwner) ?? long.MaxValue;
        var until = now.ToUnixTimeMilliseconds();
        if (from > until - Count) return [new AuditPart(audit, "", null)];
        var cuts = Enumerable.Range(1, Count - 1)
            .Select(i => (from + ((until - from) / Count * i)).ToString("x12", CultureInfo.InvariantCulture)).ToList();
        return [.. cuts.Prepend("").Zip(cuts.Append(null!), (after, before) => new AuditPart(audit, after, before))];
    }

    private static long? TimeOf(string? owner) =>
        owner is { Length: >= TimeDigits } && long.TryParse(
            owner.AsSpan(0, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var time)
            ? time
            : null;
}
