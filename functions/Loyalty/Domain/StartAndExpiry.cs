using CustomerFunctions.Shared;
using NodaTime;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>When points become active: <c>immediate</c>, <c>on_action</c>, some time after the grant, or at an
/// instant.</summary>
/// <param name="After">How long after the grant; null with <paramref name="At"/> null means at once.</param>
/// <param name="At">The very instant.</param>
/// <param name="OnAction">Not before somebody activates them.</param>
public sealed record StartRule(RelativeTime? After, DateTimeOffset? At, bool OnAction = false)
{
    /// <summary>The word for "not before somebody activates them".</summary>
    public const string OnActionWord = "on_action";

    /// <summary>The word for "at once".</summary>
    public const string ImmediateWord = "immediate";

    /// <summary>At once.</summary>
    public static StartRule Immediate { get; } = new(null, null);

    /// <summary>What is wrong with a text, or null.</summary>
    public static string? Fault(string text) => Parse(text) is null
        ? $"It must be '{ImmediateWord}', '{OnActionWord}', an instant such as 2026-03-01T12:00:00Z, or an amount such "
            + "as 1h or 5D_D."
        : null;

    /// <summary>Reads a text; null when it is none.</summary>
    public static StartRule? Parse(string text) => text == ImmediateWord ? Immediate
        : text == OnActionWord ? new StartRule(null, null, OnAction: true)
        : RelativeTime.Parse(text) is { } after ? new StartRule(after, null)
        : Horizon.TryParse(text, out var at) ? new StartRule(null, at.WholeSecond())
        : null;

    /// <summary>The start of points granted at an instant, never before the grant itself; null when they wait for an
    /// action.</summary>
    public DateTimeOffset? From(DateTimeOffset grantedAt, DateTimeZone zone)
    {
        if (OnAction) return null;
        var granted = grantedAt.WholeSecond();
        var start = At ?? After?.After(granted, zone) ?? granted;
        return start > granted ? start : granted;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => At?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null) ?? After?.ToString()
        ?? (OnAction ? OnActionWord : ImmediateWord);
}

/// <summary>When points expire: <c>unlimited</c>, some time after their start, or at an instant. Inclusive: points can
/// be spent through that very second.</summary>
/// <param name="After">How long after the start; null with <paramref name="At"/> null means never.</param>
/// <param name="At">The very last second.</param>
public sealed record ExpiryRule(RelativeTime? After, DateTimeOffset? At)
{
    /// <summary>The word for "never".</summary>
    public const string UnlimitedWord = "unlimited";

    /// <summary>Never.</summary>
    public static ExpiryRule Unlimited { get; } = new(null, null);

    /// <summary>What is wrong with a text, or null.</summary>
    public static string? Fault(string text) => Parse(text) is null
        ? $"It must be '{UnlimitedWord}', an instant such as 2026-03-01T12:00:00Z, or an amount such as 1M_U or 1Y."
        : null;

    /// <summary>Reads a text; null when it is none.</summary>
    public static ExpiryRule? Parse(string text) => text == UnlimitedWord ? Unlimited
        : RelativeTime.Parse(text) is { } after ? new ExpiryRule(after, null)
        : Horizon.TryParse(text, out var at) ? new ExpiryRule(null, at.WholeSecond())
        : null;

    /// <summary>The last second of points that start at an instant, or null for never.</summary>
    public DateTimeOffset? From(DateTimeOffset start, DateTimeZone zone) => At ?? After?.After(start, zone);

    /// <summary>As it is written.</summary>
    public override string ToString() => At?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null) ?? After?.ToString()
        ?? UnlimitedWord;
}

/// <summary>How far points may reach, so that no sum of instants leaves the calendar.</summary>
public static class Horizon
{
    /// <summary>No start or expiry is named beyond this.</summary>
    public static DateTimeOffset NamedMax { get; } = new(2500, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>No expiry lies beyond this, however often it is extended.</summary>
    public static DateTimeOffset ExpiryMax { get; } = new(2700, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Years that a balance is foreseen.</summary>
    public const int ForeseenYears = 100;

    /// <summary>Reads an instant that is not too far away.</summary>
    public static bool TryParse(string text, out DateTimeOffset instant) =>
        Instants.TryParse(text, out instant) && instant <= NamedMax;
}
