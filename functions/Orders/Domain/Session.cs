using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Where an order comes from. Kitchen displays and dispatch are no channel: they never carry a customer.
/// </summary>
public enum Channel
{
    Online,
    Reservation,
    ScanToOrder,
    Kiosk,
    Pos,
    Aggregator,
    Terminal,
}

/// <summary>How a customer wants to check out.</summary>
public enum CheckoutAs
{
    /// <summary>As the registered customer whose email or phone it is.</summary>
    Registered,

    /// <summary>As a guest, though an account may exist.</summary>
    Guest,
}

/// <summary>Where an order stands.</summary>
public enum SessionState
{
    /// <summary>Being made.</summary>
    Open,

    /// <summary>Decided to be closed; its effects are being applied.</summary>
    Closing,

    /// <summary>Done, with all its effects.</summary>
    Closed,

    /// <summary>Given up before it was closed.</summary>
    Cancelled,
}

/// <summary>One line of the cart; prices are minor units.</summary>
public sealed record SessionLine(
    string Sku, string? Name, string? Category, long Quantity, long UnitPrice,
    IReadOnlyDictionary<string, JsonElement> Attributes);

/// <summary>A discount on the whole order, in minor units.</summary>
public sealed record SessionDiscount(string Name, long Amount);

/// <summary>How a part of the order was paid, in minor units.</summary>
/// <param name="Method">Such as <c>card</c>.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Fingerprint">The card's fingerprint; never a card number.</param>
public sealed record SessionPayment(string Method, long Amount, string? Fingerprint);

/// <summary>Who is at the checkout, as the ordering site was told. It is never stored with the session: it goes into
/// the profile that it leads to, so that an erasure finds it in one place.</summary>
/// <param name="Email">As given.</param>
/// <param name="Phone">In E.164.</param>
/// <param name="Name">As given.</param>
/// <param name="Verified">The site vouches that the person owns the email and phone.</param>
public sealed record SessionContact(string? Email, string? Phone, string? Name, bool Verified)
{
    /// <summary>True when somebody can be reached by it.</summary>
    [JsonIgnore]
    public bool IsReachable => Email is not null || Phone is not null;
}

/// <summary>What an order is made of.</summary>
public sealed record SessionContent
{
    public required Channel Channel { get; init; }

    public string? Store { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public CheckoutAs? CheckoutAs { get; init; }

    public ImmutableArray<SessionLine> Items { get; init; } = [];

    public ImmutableArray<SessionDiscount> Discounts { get; init; } = [];

    public ImmutableArray<string> Coupons { get; init; } = [];

    public string? ReferralCode { get; init; }

    /// <summary>Codes of the loyalty cards that were shown.</summary>
    public ImmutableArray<string> LoyaltyCards { get; init; } = [];

    public ImmutableArray<SessionPayment> Payments { get; init; } = [];

    public string? OrderNumber { get; init; }

    /// <summary>The lines before discounts, in minor units.</summary>
    [JsonIgnore]
    public long Gross => Items.Sum(i => i.Quantity * i.UnitPrice);

    /// <summary>All discounts, in minor units.</summary>
    [JsonIgnore]
    public long Discount => Discounts.Sum(d => d.Amount);

    /// <summary>The lines less the discounts, in minor units; never below zero.</summary>
    [JsonIgnore]
    public long Total => Gross - Discount;

    /// <summary>The cards that the order was paid with, each once.</summary>
    [JsonIgnore]
    public IEnumerable<string> Fingerprints => Payments.Select(p => p.Fingerprint).OfType<string>().Distinct();
}

/// <summary>Whose order it is.</summary>
/// <param name="Key">The profile key.</param>
/// <param name="IsTrusted">Named by the site, by id or by a contact that it vouches for: may be shown to staff and may
/// teach a card.</param>
public sealed record Customer(string Key, bool IsTrusted);

/// <summary>Something that a session led to, as the caller is told.</summary>
/// <param name="Type"><c>points-awarded</c>, <c>points-refused</c>, <c>coupon-rejected</c>, <c>referral-rejected</c>.
/// </param>
public sealed record Effect(string Type)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Program { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Points { get; init; }

    /// <summary>The number of the wallet's entry; none when only evaluated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Entry { get; init; }

    /// <summary>The loyalty card that the points went to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Card { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Coupon { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReferralCode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

/// <summary>Points that a close awards.</summary>
/// <param name="Program">In which program.</param>
/// <param name="Hundredths">How many, in hundredths of a point; always positive.</param>
/// <param name="Card">The loyalty card that they go to; null for the customer.</param>
public sealed record Award(string Program, long Hundredths, AwardedCard? Card = null);

/// <summary>A loyalty card that an order was made with.</summary>
/// <param name="Code">As the order names it.</param>
/// <param name="Key">The owner of its wallet.</param>
public sealed record AwardedCard(string Code, string Key);

/// <summary>All that a close will do, decided before the first step is done and never changed after.</summary>
/// <param name="Id">Names the close in everything it does.</param>
/// <param name="At">When the session was closed: server time.</param>
/// <param name="By">Who closed it: <c>application:shop</c>.</param>
/// <param name="Awards">The points.</param>
/// <param name="Fingerprints">The cards to learn.</param>
public sealed record CloseIntent(
    string Id, DateTimeOffset At, string By, ImmutableArray<Award> Awards, ImmutableArray<string> Fingerprints);

/// <summary>A session as stored.</summary>
public sealed record Session
{
    public required string SessionId { get; init; }

    public required string Application { get; init; }

    public required SessionState State { get; init; }

    public required SessionContent Content { get; init; }

    /// <summary>Null while nobody is known, and for ever for an anonymous order.</summary>
    public Customer? Customer { get; init; }

    public ImmutableArray<Effect> Effects { get; init; } = [];

    /// <summary>SHA-256 over the request that led to this state: the same request again gets the same answer.</summary>
    public required string RequestHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>What the close does; kept when it is done, so that its learned cards can be told again.</summary>
    public CloseIntent? Intent { get; init; }

    /// <summary>Its customer was erased: amounts and dates are left.</summary>
    public bool IsErased { get; init; }
}
