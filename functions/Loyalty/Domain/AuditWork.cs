using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Which audit; an activity's and the orchestration's input.</summary>
public sealed record AuditRef(AppEnvironment Environment, string Program, string AuditId);

/// <summary>A wallet that does not verify.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Seq">The first entry that is wrong.</param>
/// <param name="Rule">The invariant that it breaks.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record WrongWallet(string Owner, long Seq, string Rule, string Reason);

/// <summary>What an audit has found so far.</summary>
/// <param name="Wallets">Wallets looked at.</param>
/// <param name="Entries">Their entries.</param>
/// <param name="WrongCount">Wallets that do not verify.</param>
public sealed record AuditCounts(long Wallets, long Entries, long WrongCount)
{
    /// <summary>Nothing yet.</summary>
    public static AuditCounts None { get; } = new(0, 0, 0);

    /// <summary>Both together.</summary>
    public AuditCounts Plus(AuditCounts other) => new(
        Wallets + other.Wallets, Entries + other.Entries, WrongCount + other.WrongCount);
}

/// <summary>A run of owners, looked at piece by piece.</summary>
/// <param name="Audit">Of which audit.</param>
/// <param name="After">The owner before the first that is left to look at.</param>
/// <param name="Before">The first owner of the next part; null for the last part.</param>
public sealed record AuditPart(AuditRef Audit, string After, string? Before);

/// <summary>What one piece of a part held.</summary>
/// <param name="GoOnAfter">The last owner looked at; null when the part is done.</param>
/// <param name="Counts">How much it was.</param>
/// <param name="Wrong">The first that are wrong.</param>
public sealed record AuditFindings(string? GoOnAfter, AuditCounts Counts, IReadOnlyList<WrongWallet> Wrong);

/// <summary>How far an audit is: all that its orchestration carries.</summary>
/// <param name="Audit">Which audit.</param>
/// <param name="Open">What is left of its parts; null before they are cut.</param>
/// <param name="Counts">What was found.</param>
/// <param name="Wrong">The first that are wrong, by owner.</param>
public sealed record AuditPosition(
    AuditRef Audit, IReadOnlyList<AuditPart>? Open, AuditCounts Counts, IReadOnlyList<WrongWallet> Wrong)
{
    /// <summary>Wrong wallets that are named; more are only counted.</summary>
    public const int WrongMax = 100;

    /// <summary>True when nothing is left to look at.</summary>
    public bool IsDone => Open is { Count: 0 };

    /// <summary>Before anything was looked at.</summary>
    public static AuditPosition Start(AuditRef audit) => new(audit, null, AuditCounts.None, []);

    /// <summary>After a piece of each open part.</summary>
    public AuditPosition After(IReadOnlyList<AuditFindings> findings) => this with
    {
        Open =
        [
            .. Open!.Zip(findings).Where(x => x.Second.GoOnAfter is not null)
                .Select(x => x.First with { After = x.Second.GoOnAfter! }),
        ],
        Counts = findings.Aggregate(Counts, (sum, f) => sum.Plus(f.Counts)),
        Wrong =
        [
            .. Wrong.Concat(findings.SelectMany(f => f.Wrong)).OrderBy(w => w.Owner, StringComparer.Ordinal)
                .Take(WrongMax),
        ],
    };
}

/// <summary>How an audit ends.</summary>
/// <param name="Position">How far it came.</param>
/// <param name="IsWhole">False when a fault stopped it.</param>
public sealed record AuditEnding(AuditPosition Position, bool IsWhole);

/// <summary>How much an activity looks at before it answers, so that a host that goes down repeats little.</summary>
/// <param name="RowsMax">Rows.</param>
/// <param name="Time">Time.</param>
public sealed record AuditPace(int RowsMax, TimeSpan Time)
{
    /// <summary>Entries of 200,000 rows are kept in about 3 MB; a minute is far under what a plan allows an activity.
    /// </summary>
    public static AuditPace Default { get; } = new(200_000, TimeSpan.FromMinutes(1));
}
