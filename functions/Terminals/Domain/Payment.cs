using System.Collections.Immutable;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>How a program paid for purchases when a payment first earned in it; kept with the payment, so that a later
/// change of the program never changes what a refund takes back.</summary>
/// <param name="Program">The program.</param>
/// <param name="PointsPerUnit">Points for one major unit of the currency.</param>
/// <param name="Rounding">The rounding's name.</param>
/// <param name="IsRetroactive">Whether a payment earns that was linked later.</param>
/// <param name="RetroactiveDays">How many days later, at most.</param>
public sealed record Rate(
    string Program, decimal PointsPerUnit, string Rounding, bool IsRetroactive, int RetroactiveDays)
{
    /// <summary>True when a payment earns whose customer was known at an instant.</summary>
    public bool Earns(DateTimeOffset occurredAt, DateTimeOffset learnedAt) =>
        learnedAt <= occurredAt || (IsRetroactive && learnedAt - occurredAt <= TimeSpan.FromDays(RetroactiveDays));
}

/// <summary>What a payment has led to: whose it is, and what it added to the customer's wallets and figures.</summary>
public sealed record Outcome
{
    /// <summary>Nothing yet.</summary>
    public static Outcome None { get; } = new();

    /// <summary>The customer, or null while nobody is known.</summary>
    public string? ProfileKey { get; init; }

    /// <summary>When the payment happened, as its customer's list has it; null while nobody is known.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Points by program, in hundredths; only those above zero.</summary>
    public ImmutableSortedDictionary<string, long> Points
    {
        get;
        init => field = value.WithComparers(StringComparer.Ordinal);
    } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>What customers were left with, in hundredths, because a program's return policy did not allow to take
    /// it back: by customer and program, as <see cref="KeptKey"/> names them. Whoever has points of this payment still
    /// is given so many fewer when it comes back.</summary>
    public ImmutableSortedDictionary<string, long> Kept
    {
        get;
        init => field = value.WithComparers(StringComparer.Ordinal);
    } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>What counts as spent, in minor units.</summary>
    public long Spent { get; init; }

    /// <summary>What counts as refunded, in minor units.</summary>
    public long Refunded { get; init; }

    /// <summary>ISO 4217; empty while nothing counts.</summary>
    public string Currency { get; init; } = "";

    /// <summary>True when both say the same of the payment, whatever earlier customers were left with.</summary>
    public bool Says(Outcome other) => ProfileKey == other.ProfileKey && OccurredAt == other.OccurredAt
        && Spent == other.Spent && Refunded == other.Refunded && Currency == other.Currency
            && Points.SequenceEqual(other.Points);

    /// <summary>A customer's place in <see cref="Kept"/>.</summary>
    public static string KeptKey(string profileKey, string program) => $"{profileKey}|{program}";

    /// <summary>The outcome when only a part of what a step takes back was there to be taken.</summary>
    /// <param name="step">The step.</param>
    /// <param name="takenHundredths">How many points it took, those among them that had expired.</param>
    public Outcome Short(PointsStep step, long takenHundredths)
    {
        if (takenHundredths >= step.Hundredths) return this;
        var key = KeptKey(step.ProfileKey, step.Program);
        return this with { Kept = Kept.SetItem(key, Kept.GetValueOrDefault(key) + step.Hundredths - takenHundredths) };
    }

    /// <summary>The outcome when a step could not add anything: what was there before still is.</summary>
    /// <param name="step">The step.</param>
    /// <param name="before">What the payment had led to before.</param>
    public Outcome Without(PointsStep step, Outcome before)
    {
        var had = before.ProfileKey == ProfileKey ? before.Points.GetValueOrDefault(step.Program) : 0;
        var kept = before.Kept.Where(k => k.Key.EndsWith($"|{step.Program}", StringComparison.Ordinal))
            .Aggregate(Kept, (all, k) => all.SetItem(k.Key, Math.Max(k.Value, all.GetValueOrDefault(k.Key))));
        return this with
        {
            Points = had == 0 ? Points.Remove(step.Program) : Points.SetItem(step.Program, had),
            Kept = kept,
        };
    }
}

/// <summary>Whose a payment is.</summary>
/// <param name="ProfileKey">The customer.</param>
/// <param name="KnownAt">Since when that was known, as far as it matters for what the payment earns.</param>
/// <param name="Keys">All keys under which the customer is known here, this one among them.</param>
public sealed record PaymentOwner(string ProfileKey, DateTimeOffset KnownAt, IReadOnlyList<string> Keys);

/// <summary>An admin's word about whose a payment is; beats whatever is known of its card, now and later.</summary>
/// <param name="ProfileKey">The customer; null for nobody.</param>
/// <param name="At">When it was said.</param>
/// <param name="By">Who said so: <c>application:shop</c>.</param>
public sealed record PaymentDecision(string? ProfileKey, DateTimeOffset At, string By);

/// <summary>One step of an intent: points of one customer in one program.</summary>
/// <param name="ProfileKey">Whose.</param>
/// <param name="Program">Where.</param>
/// <param name="Hundredths">How many, always positive.</param>
/// <param name="IsTakenBack">Taken back, or else added.</param>
public sealed record PointsStep(string ProfileKey, string Program, long Hundredths, bool IsTakenBack);

/// <summary>One step of an intent: figures of one customer; negative numbers take back.</summary>
public sealed record FigureStep(string ProfileKey, long Spent, long Refunded, string Currency);

/// <summary>What has to be done so that wallets and figures say what the payment now says. Written into the payment
/// before the first step.</summary>
/// <param name="Number">Counts the payment's intents from 1; names the steps.</param>
/// <param name="At">When added points count from.</param>
/// <param name="Points">First: what is taken back, then what is added.</param>
/// <param name="Figures">Then these.</param>
/// <param name="After">What the payment has led to once all is done.</param>
public sealed record PaymentIntent(
    long Number, DateTimeOffset At, ImmutableArray<PointsStep> Points, ImmutableArray<FigureStep> Figures,
    Outcome After);

/// <summary>A payment as stored.</summary>
public sealed record Payment
{
    public required string Application { get; init; }

    public required string TransactionId { get; init; }

    /// <summary>When the first fact became known here.</summary>
    public required DateTimeOffset KnownAt { get; init; }

    public PaymentFacts Facts { get; init; } = PaymentFacts.None;

    /// <summary>Whose an admin says it is; null while its card tells.</summary>
    public PaymentDecision? Decision { get; init; }

    /// <summary>How programs paid when it first earned; null before.</summary>
    public ImmutableArray<Rate>? Rates { get; init; }

    /// <summary>What it has led to so far.</summary>
    public Outcome Outcome { get; init; } = Outcome.None;

    /// <summary>What is being done; null when nothing is.</summary>
    public PaymentIntent? Intent { get; init; }

    /// <summary>How many intents there were.</summary>
    public long Intents { get; init; }

    /// <summary>Its customer was erased: amounts, points and dates are left, and what terminals still say is taken in
    /// without words.</summary>
    public bool IsErased { get; init; }

    /// <summary>True when its card has it at an instant. Terminals may contradict themselves about when it was paid,
    /// and then it lies under its card more than once.</summary>
    public bool IsFiledAt(DateTimeOffset occurredAt) => Facts.Completed is { Fingerprint: not null } completed
        && completed.OccurredAt == occurredAt;
}
