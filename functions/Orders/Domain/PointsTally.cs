namespace CustomerFunctions.Orders.Domain;

/// <summary>How a program pays for purchases, as it did when the session was closed, so that a later change of the
/// program never changes what a return takes back.</summary>
/// <param name="PointsPerUnit">Points for one major unit of the currency.</param>
/// <param name="Rounding">The rounding's name.</param>
public sealed record EarnRate(decimal PointsPerUnit, string Rounding);

/// <summary>Says how many hundredths of a point a net amount in minor units earns at a rate.</summary>
public delegate long PointsOf(EarnRate rate, long netMinor);

/// <summary>What a session has earned in one ledger of one wallet, and what came back of that. In hundredths.</summary>
/// <param name="Program">In which program.</param>
/// <param name="Owner">Whose wallet.</param>
/// <param name="Ledger">In which of its ledgers.</param>
public sealed record PointsTally(string Program, string Owner, string Ledger)
{
    /// <summary>The code of the loyalty card whose wallet it is, empty once it is erased; null for a
    /// customer's.</summary>
    public string? Card { get; init; }

    /// <summary>How the close was paid; null where it was not, and points came by hand only.</summary>
    public EarnRate? Rate { get; init; }

    /// <summary>What the close was worth.</summary>
    public long Due { get; init; }

    /// <summary>What the session has from its close, and from what an earlier one left: at least
    /// <see cref="Due"/>.</summary>
    public long Earned { get; init; }

    /// <summary>What was asked back since the close.</summary>
    public long Called { get; init; }

    /// <summary>What of that came back; less only where the program's return policy does not allow more.</summary>
    public long Taken { get; init; }

    /// <summary>True when it is of the same ledger.</summary>
    public bool IsOf(PointsStep step) => Program == step.Program && Owner == step.Owner && Ledger == step.Ledger;

    /// <summary>True when it is of the same ledger.</summary>
    public bool IsOf(WalletShare share) => Program == share.Program && Owner == share.Owner && Ledger == share.Ledger;
}

/// <summary>What wallets know of a session, in one ledger: its own points and those that somebody granted in its name
/// alike. In hundredths.</summary>
/// <param name="Program">In which program.</param>
/// <param name="Owner">Whose wallet.</param>
/// <param name="Ledger">In which of its ledgers.</param>
/// <param name="NetEarned">Granted, less what was taken back.</param>
/// <param name="Spent">Spent.</param>
/// <param name="GivenBack">What of that was given back.</param>
public sealed record WalletShare(
    string Program, string Owner, string Ledger, long NetEarned, long Spent, long GivenBack)
{
    /// <summary>The code of the loyalty card whose wallet it is; null for a customer's.</summary>
    public string? Card { get; init; }
}
