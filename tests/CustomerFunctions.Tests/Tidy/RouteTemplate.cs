using System.Globalization;
using System.Text.RegularExpressions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>Whether two routes can match one path. The host takes the first function by name then, whatever is more
/// specific, so that the answer would hang on how functions are called.</summary>
public static partial class RouteTemplate
{
    /// <summary>True when some path matches both. In doubt it says true.</summary>
    public static bool CanMeet(string one, string other) =>
        Variants(one).Any(a => Variants(other).Any(b => SegmentsMeet(a, b)));

    /// <summary>Pairs of routes that can match one path, for one method.</summary>
    public static IEnumerable<string> Faults(IEnumerable<(string Function, string Method, string Route)> routes)
    {
        var all = routes.OrderBy(r => r.Function, StringComparer.Ordinal).ToList();
        return from a in all
               from b in all
               where string.CompareOrdinal(a.Function, b.Function) < 0 && SameMethod(a.Method, b.Method)
                   && CanMeet(a.Route, b.Route)
               select $"{a.Method} {a.Route} of {a.Function} and {b.Route} of {b.Function} can match one path.";
    }

    // The host lets a function without methods answer them all.
    private static bool SameMethod(string a, string b) =>
        a == "*" || b == "*" || a.Equals(b, StringComparison.OrdinalIgnoreCase);

    /// <summary>The route with and without each optional parameter at its end.</summary>
    private static IEnumerable<string[]> Variants(string route)
    {
        var segments = route.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        yield return segments;
        while (segments is [.., var last] && Optional().IsMatch(last))
        {
            segments = segments[..^1];
            yield return segments;
        }
    }

    private static bool SegmentsMeet(ReadOnlySpan<string> a, ReadOnlySpan<string> b)
    {
        if (a.IsEmpty || b.IsEmpty) return a.IsEmpty && b.IsEmpty;
        if (a[0].StartsWith("{*", StringComparison.Ordinal) || b[0].StartsWith("{*", StringComparison.Ordinal))
            return true;
        return SegmentMeets(a[0], b[0]) && SegmentsMeet(a[1..], b[1..]);
    }

    private static bool SegmentMeets(string a, string b)
    {
        if (!a.Contains('{')) (a, b) = (b, a);
        if (!a.Contains('{')) return a.Equals(b, StringComparison.OrdinalIgnoreCase);
        if (!b.Contains('{')) return Pattern(a).IsMatch(b) && Admits(a, b);
        var (headA, tailA, headB, tailB) = (Head(a), Tail(a), Head(b), Tail(b));
        return (Begins(headA, headB) || Begins(headB, headA)) && (Ends(tailA, tailB) || Ends(tailB, tailA));
    }

    private static bool Begins(string a, string b) => a.StartsWith(b, StringComparison.OrdinalIgnoreCase);

    private static bool Ends(string a, string b) => a.EndsWith(b, StringComparison.OrdinalIgnoreCase);

    private static string Head(string segment) => segment[..segment.IndexOf('{')];

    private static string Tail(string segment) => segment[(segment.LastIndexOf('}') + 1)..];

    private static Regex Pattern(string segment) => new(
        $"^{Parameter().Replace(Regex.Escape(segment).Replace(@"\{", "{"), ".+")}$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static bool Admits(string segment, string text) => Constraint().Match(segment).Groups["name"].Value switch
    {
        "int" or "long" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "guid" => Guid.TryParse(text, out _),
        _ => true,
    };

    [GeneratedRegex(@"^\{[^}]*(\?|=[^}]*)\}$|^\{\*")]
    private static partial Regex Optional();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    // A constraint counts only when the parameter is the whole segment.
    [GeneratedRegex(@"^\{\w+:(?<name>\w+)\}$")]
    private static partial Regex Constraint();
}
