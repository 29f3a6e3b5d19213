using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>How far a merge has come.</summary>
public enum MergeStage
{
    /// <summary>Both are customers of their own.</summary>
    Open,

    /// <summary>The one is the other's; things are still on their way.</summary>
    Begun,

    /// <summary>Everything is the other's.</summary>
    Done,
}

/// <summary>One merge. The same two customers are always the same merge.</summary>
/// <param name="Environment">Where.</param>
/// <param name="From">Who goes.</param>
/// <param name="Into">Who stays.</param>
public sealed record MergeTicket(AppEnvironment Environment, ProfileKey From, ProfileKey Into)
{
    /// <summary>Names the changes that the merge makes.</summary>
    public string Id => Hash.Hex("merge", From.ToString(), Into.ToString())[..32];

    /// <summary>The ticket as text, for the due index.</summary>
    public override string ToString() => $"{Environment.Name()} {From} {Into}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static MergeTicket Parse(string text)
    {
        var parts = text.Split(' ');
        return new MergeTicket(
            AppEnvironments.Parse(parts[0]), ProfileKey.Parse(parts[1]), ProfileKey.Parse(parts[2]));
    }
}
