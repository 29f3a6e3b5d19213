using CustomerFunctions.Shared;
using NodaTime;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>How the points of one purchase are rounded.</summary>
public enum EarnRounding
{
    /// <summary>Down to whole points.</summary>
    Down,

    /// <summary>To the nearest whole point, halves up.</summary>
    Nearest,

    /// <summary>Up to whole points.</summary>
    Up,

    /// <summary>Down to hundredths of a point.</summary>
    Hundredths,
}

/// <summary>What an origin's points are taken back from when a purchase is returned or cancelled.</summary>
public enum ReturnPolicy
{
    /// <summary>Only what has not become active yet.</summary>
    OnlyPending,

    /// <summary>Pending first, then active, never below zero.</summary>
    WithinBalance,

    /// <summary>Whatever is missing becomes a negative balance.</summary>
    Unlimited,
}

/// <summary>Whether a program takes part in anything.</summary>
public enum ProgramState
{
    Active,
    Inactive,
}

/// <summary>What tiers are measured by.</summary>
public enum TierBasis
{
    /// <summary>The active balance.</summary>
    Active,
}

/// <summary>Points for money.</summary>
/// <param name="PointsPerUnit">Points for one major unit of the currency (1 EUR), at most six decimals.</param>
/// <param name="Rounding">Applied to the points of one purchase.</param>
/// <param name="Retroactive">Whether a payment earns that was linked to its customer only later.</param>
/// <param name="RetroactiveDays">How many days later, at most.</param>
public sealed record EarnRule(
    decimal PointsPerUnit, EarnRounding Rounding, bool Retroactive = true, int RetroactiveDays = 30)
{
    /// <summary>The points that a purchase of this net amount earns; none for nothing or less.</summary>
    /// <param name="netMinor">What was paid less what was returned, in minor units.</param>
    /// <param name="currency">ISO 4217, which tells how many minor units make a major one.</param>
    public Points PointsFor(long netMinor, string currency)
    {
        if (netMinor <= 0) return Points.Zero;
        var exact = netMinor * PointsPerUnit / Currencies.MinorPerMajor(currency);
        var rounded = Rounding switch
        {
            EarnRounding.Down => decimal.Floor(exact),
            EarnRounding.Nearest => decimal.Round(exact, MidpointRounding.AwayFromZero),
            EarnRounding.Up => decimal.Ceiling(exact),
            _ => decimal.Floor(exact * 100) / 100,
        };
        return Points.From(Math.Min(rounded, Points.Max));
    }
}

/// <summary>A level that customers reach.</summary>
public sealed record Tier(string Name, Points MinPoints);

/// <summary>A loyalty program of one environment.</summary>
public sealed record LoyaltyProgram(
    string Name,
    string Title,
    string TimeZone,
    bool Subledgers,
    StartRule DefaultStart,
    ExpiryRule DefaultExpiry,
    EarnRule Earn,
    ReturnPolicy ReturnPolicy,
    ProgramState State,
    IReadOnlyList<Tier> Tiers,
    TierBasis TierBasis,
    IReadOnlyList<string> Applications)
{
    /// <summary>The zone in which days and longer are counted.</summary>
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZone];

    /// <summary>The highest tier that an active balance reaches, or null.</summary>
    public string? TierOf(Points active) =>
        Tiers.Where(t => t.MinPoints <= active).MaxBy(t => t.MinPoints.Hundredths)?.Name;

    /// <summary>True when purchases through this application earn here.</summary>
    public bool AppliesTo(string application) =>
        State == ProgramState.Active && (Applications.Count == 0 || Applications.Contains(application));
}
