namespace CustomerFunctions.Events.Domain;

/// <summary>Somebody who wants to be told by webhook.</summary>
/// <param name="Name">Its name in its environment.</param>
/// <param name="Id">32 hex digits, made anew with the subscription: one that takes the name later inherits nothing.
/// </param>
/// <param name="Url">Where events are posted.</param>
/// <param name="Events">Which: <c>points.added</c>, <c>points.*</c> or <c>*</c>.</param>
/// <param name="Secret">Signs what is posted.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">The change that made it.</param>
/// <param name="ChangeId">The change that wrote it last.</param>
/// <param name="BodyHash">What that change said.</param>
/// <param name="IsSecretOurs">True when the last change made the secret, whose answer then shows it.</param>
public sealed record Subscription(
    string Name, string Id, string Url, IReadOnlyList<string> Events, string Secret, DateTimeOffset CreatedAt,
    string CreatedBy, string ChangeId, string BodyHash, bool IsSecretOurs)
{
    /// <summary>Stands for every type.</summary>
    public const string Every = "*";

    /// <summary>Ends what stands for every type that begins alike.</summary>
    public const string EveryOf = ".*";

    /// <summary>Most subscriptions of an environment. Writers that meet may pass it by a few.</summary>
    public const int CountMax = 50;

    /// <summary>Random bytes of a secret that is made here.</summary>
    public const int SecretBytes = 32;

    /// <summary>True when it wants events of this type.</summary>
    public bool Wants(string type) => Events.Any(e => Covers(e, type));

    /// <summary>True when what a subscription names covers a type.</summary>
    public static bool Covers(string named, string type) => named == Every || named == type
        || (named.EndsWith(EveryOf, StringComparison.Ordinal)
            && type.StartsWith(named[..^1], StringComparison.Ordinal));
}
