using System.Collections.Immutable;
using System.Text.Json;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using PhoneNumbers;

namespace CustomerFunctions.Orders.Domain;

/// <summary>Which customers a channel may learn of.</summary>
public sealed record Capturing(bool Guests, bool Registered);

/// <summary>What an application says of its sessions.</summary>
/// <param name="Currency">ISO 4217, when a session names none.</param>
/// <param name="Region">Its country, for phone numbers without one.</param>
/// <param name="CaptureOf">Which customers each channel may learn of.</param>
public sealed record SessionRules(string Currency, string Region, Func<SalesChannel, Capturing> CaptureOf);

/// <summary>What a caller wants of a session.</summary>
/// <param name="State">The word for the state it shall have.</param>
/// <param name="ProfileId">The customer, named by the ordering site.</param>
/// <param name="Contact">Who is at the checkout.</param>
/// <param name="Content">The order; null when only the state was given.</param>
public sealed record SessionRequest(string State, string? ProfileId, SessionContact? Contact, SessionContent? Content)
{
    /// <summary>Most lines of an order.</summary>
    public const int ItemsMax = 500;

    /// <summary>Most of one thing on a line.</summary>
    public const long QuantityMax = 100_000;

    /// <summary>Largest amount in minor units; with <see cref="ItemsMax"/> and <see cref="QuantityMax"/> no total
    /// overflows.</summary>
    public const long AmountMax = 10_000_000_000;

    /// <summary>Most loyalty cards that one order earns on.</summary>
    public const int LoyaltyCardsMax = 5;

    private const int TextMax = 255;

    // With any of these a body is a whole session, without them only the wish for a state.
    private static readonly string[] Fields =
    [
        "channel", "currency", "items", "discounts", "payments", "coupons", "loyaltyCards", "profileId", "contact",
        "attributes",
    ];

    /// <summary>SHA-256 over everything that was asked for.</summary>
    public string Hash() => Shared.Ids.Hash.Hex("session-request", Json.Write(this));

    /// <summary>Reads a body. Fails with: invalid.</summary>
    /// <param name="body">The body.</param>
    /// <param name="rules">What the application says.</param>
    public static Result<SessionRequest> Read(JsonFields body, SessionRules rules)
    {
        var state = body.Text("state", 32, required: true, StateFault) ?? "";
        var profileId = body.Text("profileId", IntegrationId.LengthMax, fault: IntegrationId.Fault);
        var contact = body.Object("contact") is { } c ? ReadContact(c, rules.Region) : null;
        var isStateOnly = state is SessionMoves.Open or SessionMoves.Cancelled && !Fields.Any(body.Has);
        var content = isStateOnly ? null : ReadContent(body, rules.Currency);
        if (content is not null) CheckChannel(body, content, rules.CaptureOf(content.Channel), profileId, contact);
        return body.Finish(() => new SessionRequest(state, profileId, contact, content));
    }

    private static string? StateFault(string state) => SessionMoves.Words.Contains(state)
        ? null
        : $"It must be one of: {string.Join(", ", SessionMoves.Words)}.";

    private static SessionContact ReadContact(JsonFields contact, string region)
    {
        var email = contact.Text("email", 254, fault: e =>
            e.IndexOf('@') > 0 && e.IndexOf('@') == e.LastIndexOf('@') && !e.EndsWith('@') && !e.Contains(' ')
                ? null
                : "It must be an email address.");
        var phone = contact.Text("phone", 40);
        var e164 = phone is null ? null : ToE164(phone, region);
        if (phone is not null && e164 is null) contact.Refuse("phone", "It must be a phone number.");
        var name = contact.Text("name", TextMax, fault: CardFault);
        return new SessionContact(email, e164, name, contact.Flag("verified") ?? false);
    }

    private static SessionContent ReadContent(JsonFields body, string currency)
    {
        var content = new SessionContent
        {
            Channel = body.Choice<SalesChannel>("channel", required: true) ?? default,
            Store = body.Text("store", SimpleName.LengthMax, fault: SimpleName.Fault),
            Currency = body.Text("currency", 3, fault: CurrencyFault) ?? currency,
            CheckoutAs = body.Choice<CheckoutAs>("checkoutAs"),
            Items = [.. body.Objects("items", ItemsMax).Select(ReadLine)],
            Discounts = [.. body.Objects("discounts", 50).Select(ReadDiscount)],
            Coupons = [.. body.Texts("coupons", 20, 64).Distinct(StringComparer.Ordinal)],
            ReferralCode = body.Text("referralCode", 64),
            LoyaltyCards =
            [
                .. body.Texts("loyaltyCards", LoyaltyCardsMax, 64).Distinct(StringComparer.OrdinalIgnoreCase),
            ],
            Payments = [.. body.Objects("payments", 50).Select(ReadPayment)],
            OrderNumber = body.Text("orderNumber", 64, fault: CardFault),
            Attributes = ReadAttributes(body),
        };
        if (content.Total < 0) body.Refuse("discounts", "They must not be more than the items.");
        return content;
    }

    private static SessionLine ReadLine(JsonFields line) => new(
        line.Text("sku", 64, required: true, CardFault) ?? "",
        line.Text("name", TextMax, fault: CardFault),
        line.Text("category", TextMax, fault: CardFault),
        line.Integer("quantity", 1, QuantityMax, required: true) ?? 0,
        line.Integer("unitPrice", 0, AmountMax, required: true) ?? 0,
        ReadAttributes(line));

    private static ImmutableSortedDictionary<string, JsonElement> ReadAttributes(JsonFields fields) =>
        fields.Map("attributes", 20, TextMax, structured: true).ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static SessionDiscount ReadDiscount(JsonFields discount) => new(
        discount.Text("name", TextMax, required: true, CardFault) ?? "",
        discount.Integer("amount", 0, AmountMax * ItemsMax, required: true) ?? 0);

    private static SessionPayment ReadPayment(JsonFields payment) => new(
        payment.Text("method", 32, required: true, CardFault) ?? "",
        payment.Integer("amount", 0, AmountMax * ItemsMax, required: true) ?? 0,
        payment.Text("fingerprint", TextMax, fault: CardFault));

    private static void CheckChannel(
        JsonFields body, SessionContent content, Capturing capture, string? profileId, SessionContact? contact)
    {
        if (profileId is not null && !capture.Registered)
            body.Refuse("profileId", "An order of this channel never belongs to a registered customer.");
        if (contact is not null && capture is { Guests: false, Registered: false })
            body.Refuse("contact", "An order of this channel carries no customer.");
        if (contact?.Verified == true && content.Channel == SalesChannel.Aggregator)
            body.Refuse("contact", "An aggregator cannot vouch for a customer's contact.");
        if (content is { Channel: SalesChannel.KitchenDisplay or SalesChannel.Dispatch, LoyaltyCards.Length: > 0 })
            body.Refuse("loyaltyCards", "An order of this channel carries no customer.");
    }

    private static string? CardFault(string text) =>
        CardNumbers.Occur(text) ? "It must not hold a card number." : null;

    private static string? CurrencyFault(string code) =>
        code.Length == 3 && code.All(char.IsAsciiLetterUpper) ? null : "It must be an ISO 4217 code such as EUR.";

    private static string? ToE164(string phone, string region)
    {
        var numbers = PhoneNumberUtil.GetInstance();
        try
        {
            var number = numbers.Parse(phone, region);
            return numbers.IsPossibleNumber(number) ? numbers.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
