using System.Text.Json.Serialization;
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
    [JsonStringEnumMemberName("only_pending")]
    OnlyPending,

    /// <summary>Pending first, then active, never below zero.</summary>
    [JsonStringEnumMemberName("within_balance")]
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

/// <summary>Whose wallets a program has.</summary>
public enum ProgramKind
{
    /// <summary>Customers'.</summary>
    Profile,

    /// <summary>Loyalty cards'.</summary>
    Card,
}

/// <summary>When a customer counts as having joined.</summary>
public enum JoinPolicy
{
    /// <summary>Never: the program does not say.</summary>
    NotJoin,

    /// <summary>With the first points that were granted.</summary>
    PointsEarned,

    /// <summary>With the first points that became active.</summary>
    PointsActivated,
}

/// <summary>Points for money.</summary>
/// <param name="PointsPerUnit">Points for one major unit of the currency (1 EUR), at most six decimals.</param>
/// <param name="Rounding">Applied to the points of one purchase.</param>
/// <param name="Retroactive">Whether a payment earns that was linked to its customer only later.</param>
/// <param name="RetroactiveDays">How many days later, at most.</param>
public sealed record EarnRule(
    decimal PointsPerUnit, EarnRounding Rounding, bool Retroactive = true, int RetroactiveDays = 30)
{
    /// <summary>How entries name this rule.</summary>
    public const string Name = "earn";

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

/// <summary>A loyalty program of one environment.</summary>
public sealed record LoyaltyProgram
{
    /// <summary>When it was made; the end of time for one that is not stored yet.</summary>
    public DateTimeOffset CreatedAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Most members of a card, whatever a program says.</summary>
    public const int CardMembersLimit = 100;

    /// <summary>Its name in routes.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Whose wallets it has.</summary>
    public ProgramKind Kind { get; init; }

    /// <summary>The IANA name of the zone in which days and longer are counted.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Whether there are ledgers beside the main one.</summary>
    public bool Subledgers { get; init; }

    /// <summary>When points become active, if a grant does not say.</summary>
    public StartRule DefaultStart { get; init; } = StartRule.Immediate;

    /// <summary>When points expire, if a grant does not say.</summary>
    public ExpiryRule DefaultExpiry { get; init; } = ExpiryRule.Unlimited;

    /// <summary>Points for money.</summary>
    public EarnRule Earn { get; init; } = new(0, EarnRounding.Down);

    /// <summary>What points are taken back from.</summary>
    public ReturnPolicy ReturnPolicy { get; init; } = ReturnPolicy.WithinBalance;

    /// <summary>Whether a correction may leave a negative balance.</summary>
    public bool AllowNegative { get; init; }

    /// <summary>When a customer counts as having joined.</summary>
    public JoinPolicy JoinPolicy { get; init; }

    /// <summary>What one point costs the business, in major units of a currency of its choice.</summary>
    public decimal? CostPerPoint { get; init; }

    /// <summary>How many days ahead <c>points.expiring</c> tells of points that will expire; 0 for not at
    /// all.</summary>
    public int ExpiringNoticeDays { get; init; }

    /// <summary>Most members of a card; 0 for <see cref="CardMembersLimit"/>.</summary>
    public int CardMembersMax { get; init; }

    /// <summary>Whether it takes part in anything.</summary>
    public ProgramState State { get; init; }

    /// <summary>The tiers, lowest first, and how they are gained and lost.</summary>
    public TierPolicy Tiers { get; init; } = TierPolicy.None;

    /// <summary>The applications in which purchases earn; none named means all.</summary>
    public IReadOnlyList<string> Applications { get; init; } = [];

    /// <summary>The zone in which days and longer are counted.</summary>
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZone];

    /// <summary>True when purchases through this application earn here.</summary>
    public bool AppliesTo(string application) =>
        State == ProgramState.Active && (Applications.Count == 0 || Applications.Contains(application));
}
