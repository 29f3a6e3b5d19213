using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>A program as callers write and read it.</summary>
public sealed record ProgramDocument(
    string Title, string Kind, string TimeZone, bool Subledgers, string DefaultStart, string DefaultExpiry,
    EarnRule Earn, ReturnPolicy ReturnPolicy, ProgramState State, IReadOnlyList<Tier> Tiers, TierBasis TierBasis,
    IReadOnlyList<string> Applications, string? Name = null)
{
    /// <summary>The only kind so far: the wallet belongs to the profile.</summary>
    public const string ProfileKind = "profile";

    /// <summary>Most tiers of a program.</summary>
    public const int TiersMax = 20;

    /// <summary>The document of a program.</summary>
    public static ProgramDocument Of(LoyaltyProgram p) => new(
        p.Title, ProfileKind, p.TimeZone, p.Subledgers, p.DefaultStart.ToString(), p.DefaultExpiry.ToString(), p.Earn,
        p.ReturnPolicy, p.State, p.Tiers, p.TierBasis, p.Applications, p.Name);

    /// <summary>The program of a document that was once accepted.</summary>
    public LoyaltyProgram ToProgram(string name) => new(
        name, Title, TimeZone, Subledgers, StartRule.Parse(DefaultStart)!, ExpiryRule.Parse(DefaultExpiry)!, Earn,
        ReturnPolicy, State, Tiers, TierBasis, Applications);

    /// <summary>Reads what a caller says of a program. Fails with: invalid.</summary>
    public static Result<LoyaltyProgram> Read(JsonFields body, string name, string zoneDefault)
    {
        if (SimpleName.Fault(name) is { } nameFault) body.Refuse("name", nameFault);
        body.Text("name", SimpleName.LengthMax, fault: n => n == name ? null : "It must be the name in the path.");
        body.Text("kind", 20, fault: k => k == ProfileKind ? null : "It must be 'profile'.");
        var title = body.Text("title", 200) ?? name;
        var zone = body.Text("timeZone", 64, fault: TimeZones.Fault) ?? zoneDefault;
        var subledgers = body.Flag("subledgers") ?? false;
        var start = body.Text("defaultStart", 40, fault: StartRule.Fault) ?? StartRule.ImmediateWord;
        var expiry = body.Text("defaultExpiry", 40, fault: ExpiryRule.Fault) ?? ExpiryRule.UnlimitedWord;
        var earn = ReadEarn(body.Object("earn"));
        var policy = body.Choice<ReturnPolicy>("returnPolicy") ?? ReturnPolicy.WithinBalance;
        var state = body.Choice<ProgramState>("state") ?? ProgramState.Active;
        var tiers = body.Objects("tiers", TiersMax).Select(ReadTier).ToList();
        var basis = body.Choice<TierBasis>("tierBasis") ?? TierBasis.Active;
        var applications = body.Texts("applications", 100, SimpleName.LengthMax, SimpleName.Fault);
        if (tiers.DistinctBy(t => t.Name).Count() < tiers.Count) body.Refuse("tiers", "Each name must occur once.");
        return body.Finish(() => new LoyaltyProgram(
            name, title, zone, subledgers, StartRule.Parse(start)!, ExpiryRule.Parse(expiry)!, earn, policy, state,
            tiers, basis, applications));
    }

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
