using System.Text.Json.Serialization;
using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Events;

/// <summary>A subscription as it is answered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Url">Where events are posted.</param>
/// <param name="Events">Which.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record SubscriptionAnswer(
    string Name, string Url, IReadOnlyList<string> Events, DateTimeOffset CreatedAt)
{
    /// <summary>Only in the answer to the change that made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>The answer without the secret.</summary>
    public static SubscriptionAnswer Of(Subscription s) => new(s.Name, s.Url, s.Events, s.CreatedAt);

    /// <summary>The answer to the last change, with the secret when that change made it.</summary>
    public static SubscriptionAnswer ToChange(Subscription s) =>
        Of(s) with { Secret = s.IsSecretOurs ? s.Secret : null };
}
