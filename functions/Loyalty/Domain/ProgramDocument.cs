using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using NodaTime;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>A program as callers write and read it.</summary>
public sealed record ProgramDocument
{
    /// <summary>Most tiers of a program.</summary>
    public const int TiersMax = 20;

    private const int NoticeDaysMax = 365;

    public string? Name { get; init; }

    public required string Title { get; init; }

    public ProgramKind Kind { get; init; }

    public required string TimeZone { get; init; }

    public bool Subledgers { get; init; }

    public required string DefaultStart { get; init; }

    public required string DefaultExpiry { get; init; }

    public required EarnRule Earn { get; init; }

    public ReturnPolicy ReturnPolicy { get; init; }

    public bool AllowNegative { get; init; }

    public JoinPolicy JoinPolicy { get; init; }

    public decimal? CostPerPoint { get; init; }

    public int ExpiringNoticeDays { get; init; }

    public int CardMembersMax { get; init; }

    public ProgramState State { get; init; }

    public IReadOnlyList<Tier> Tiers { get; init; } = [];

    public TierBasis TierBasis { get; init; }

    public TierPeriod TierPeriod { get; init; } = TierPeriod.Year;

    public TierDowngrade TierDowngrade { get; init; } = TierDowngrade.OnBalance;

    public string? TierExpiry { get; init; }

    public IReadOnlyList<string> Applications { get; init; } = [];

    /// <summary>The document of a program.</summary>
    public static ProgramDocument Of(LoyaltyProgram p) => new()
    {
        Name = p.Name,
        Title = p.Title,
        Kind = p.Kind,
        TimeZone = p.TimeZone,
        Subledgers = p.Subledgers,
        DefaultStart = p.DefaultStart.ToString(),
        DefaultExpiry = p.DefaultExpiry.ToString(),
        Earn = p.Earn,
        ReturnPolicy = p.ReturnPolicy,
        AllowNegative = p.AllowNegative,
        JoinPolicy = p.JoinPolicy,
        CostPerPoint = p.CostPerPoint,
        ExpiringNoticeDays = p.ExpiringNoticeDays,
        CardMembersMax = p.CardMembersMax,
        State = p.State,
        Tiers = p.Tiers.Tiers,
        TierBasis = p.Tiers.Basis,
        TierPeriod = p.Tiers.Period,
        TierDowngrade = p.Tiers.Downgrade,
        TierExpiry = p.Tiers.Expiry?.ToString(),
        Applications = p.Applications,
    };

    /// <summary>The program of a document that was once accepted.</summary>
    public LoyaltyProgram ToProgram(string name) => new()
    {
        Name = name,
        Title = Title,
        Kind = Kind,
        TimeZone = TimeZone,
        Subledgers = Subledgers,
        DefaultStart = StartRule.Parse(DefaultStart)!,
        DefaultExpiry = ExpiryRule.Parse(DefaultExpiry)!,
        Earn = Earn,
        ReturnPolicy = ReturnPolicy,
        AllowNegative = AllowNegative,
        JoinPolicy = JoinPolicy,
        CostPerPoint = CostPerPoint,
        ExpiringNoticeDays = ExpiringNoticeDays,
        CardMembersMax = CardMembersMax,
        State = State,
        Tiers = new TierPolicy(
            Tiers, TierBasis, TierPeriod, TierDowngrade, TierExpiry is null ? null : RelativeTime.Parse(TierExpiry),
            DateTimeZoneProviders.Tzdb[TimeZone]),
        Applications = Applications,
    };

    /// <summary>Reads what a caller says of a program. Fails with: invalid.</summary>
    public static Result<LoyaltyProgram> Read(JsonFields body, string name, string zoneDefault)
    {
        if (SimpleName.Fault(name) is { } nameFault) body.Refuse("name", nameFault);
        body.Text("name", SimpleName.LengthMax, fault: n => n == name ? null : "It must be the name in the path.");
        var document = new ProgramDocument
        {
            Title = body.Text("title", 200) ?? name,
            Kind = body.Choice<ProgramKind>("kind") ?? ProgramKind.Profile,
            TimeZone = body.Text("timeZone", 64, fault: TimeZones.Fault) ?? zoneDefault,
            Subledgers = body.Flag("subledgers") ?? false,
            DefaultStart = body.Text("defaultStart", 40, fault: StartRule.Fault) ?? StartRule.ImmediateWord,
            DefaultExpiry = body.Text("defaultExpiry", 40, fault: ExpiryRule.Fault) ?? ExpiryRule.UnlimitedWord,
            Earn = ReadEarn(body.Object("earn")),
            ReturnPolicy = body.Choice<ReturnPolicy>("returnPolicy") ?? ReturnPolicy.WithinBalance,
            AllowNegative = body.Flag("allowNegative") ?? false,
            JoinPolicy = body.Choice<JoinPolicy>("joinPolicy") ?? JoinPolicy.NotJoin,
            CostPerPoint = body.Number("costPerPoint", 0, 1_000_000, places: 6),
            ExpiringNoticeDays = (int)(body.Integer("expiringNoticeDays", 0, NoticeDaysMax) ?? 0),
            CardMembersMax = (int)(body.Integer("cardMembersMax", 0, LoyaltyProgram.CardMembersLimit) ?? 0),
            State = body.Choice<ProgramState>("state") ?? ProgramState.Active,
            Tiers = [.. body.Objects("tiers", TiersMax).Select(ReadTier).OrderBy(t => t.MinPoints)],
            TierBasis = body.Choice<TierBasis>("tierBasis") ?? TierBasis.Active,
            TierPeriod = body.Choice<TierPeriod>("tierPeriod") ?? TierPeriod.Year,
            TierDowngrade = body.Choice<TierDowngrade>("tierDowngrade") ?? TierDowngrade.OnBalance,
            TierExpiry = body.Text("tierExpiry", 40, fault: TierExpiryFault),
            Applications = body.Texts("applications", 100, SimpleName.LengthMax, SimpleName.Fault),
        };
        CheckTiers(body, document);
        return body.Finish(() => document.ToProgram(name));
    }

    private static void CheckTiers(JsonFields body, ProgramDocument document)
    {
        if (document.Tiers.DistinctBy(t => t.Name).Count() < document.Tiers.Count)
            body.Refuse("tiers", "Each name must occur once.");
        if (document.Tiers.DistinctBy(t => t.MinPoints).Count() < document.Tiers.Count)
            body.Refuse("tiers", "Each number of points must occur once.");
        if (document.TierExpiry is not null && document.TierDowngrade == TierDowngrade.Never)
            body.Refuse("tierExpiry", "A tier that is never lost cannot expire.");
    }

    // Not zero of anything: a tier must last beyond the instant at which it is reached.
    private static string? TierExpiryFault(string text) =>
        RelativeTime.Parse(text) is { Amount: > 0, Unit: >= TimeUnit.Day }
            ? null
            : "It must be an amount and unit such as 30D, 6M or 1Y_U.";

    private static EarnRule ReadEarn(JsonFields? earn)
    {
        if (earn is null) return new EarnRule(0, EarnRounding.Down);
        return new EarnRule(
            earn.Number("pointsPerUnit", 0, 1_000_000, places: 6, required: true) ?? 0,
            earn.Choice<EarnRounding>("rounding") ?? EarnRounding.Down,
            earn.Flag("retroactive") ?? true,
            (int)(earn.Integer("retroactiveDays", 0, 3650) ?? 30));
    }

    private static Tier ReadTier(JsonFields tier) => new(
        tier.Text("name", 100, required: true) ?? "",
        Points.From(tier.Number("minPoints", 0, Points.Max, Points.Places, required: true) ?? 0));
}
