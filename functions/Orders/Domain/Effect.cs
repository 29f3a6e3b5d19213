using System.Text.Json.Serialization;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Something that a session led to, as the caller is told.</summary>
/// <param name="Type"><c>points-awarded</c>, <c>points-refused</c>, <c>points-reversed</c> (earned ones taken back),
/// <c>points-restored</c> (spent ones given back), <c>coupon-rejected</c>, <c>referral-rejected</c>.</param>
public sealed record Effect(string Type)
{
    /// <summary>Points that the session earned.</summary>
    public const string Awarded = "points-awarded";

    /// <summary>Points that could not be given.</summary>
    public const string Refused = "points-refused";

    /// <summary>Earned points that were taken back.</summary>
    public const string Reversed = "points-reversed";

    /// <summary>Spent points that were given back.</summary>
    public const string Restored = "points-restored";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Program { get; init; }

    /// <summary>The ledger, when it is not the main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ledger { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Points { get; init; }

    /// <summary>What of them the customer owes now: they had been spent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Negative { get; init; }

    /// <summary>What the program's return policy did not let be taken back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Shortfall { get; init; }

    /// <summary>What of an award was there already, because it could not be taken back before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Kept { get; init; }

    /// <summary>The number of the wallet's entry; none when only evaluated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Entry { get; init; }

    /// <summary>The loyalty card whose points they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Card { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Coupon { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReferralCode { get; init; }

    /// <summary>A stable code, when something did not happen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Why, as a sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Explanation { get; init; }
}
