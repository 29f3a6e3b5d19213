using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Terminals.Domain;

/// <summary>Reads what terminals send: plain JSON, or the same in a CloudEvent. Fields that nobody knows
/// are left out and not refused: a terminal that learns to say more must not stop being heard.</summary>
public static class TerminalMessage
{
    /// <summary>Largest amount in minor units.</summary>
    public const long AmountMax = 1_000_000_000_000;

    /// <summary>What is wrong with a text that holds a card number.</summary>
    public const string CardDetail = "It must not hold a card number.";

    private const int TextMax = 255;
    private const int ItemsMax = 100;

    /// <summary>What a message may say, by its name.</summary>
    public static readonly ImmutableSortedDictionary<string, FactKind> Types = new Dictionary<string, FactKind>
    {
        ["payment.completed"] = FactKind.Completed,
        ["payment.cancelled"] = FactKind.Cancelled,
        ["payment.refunded"] = FactKind.Refunded,
        ["payment.on_hold"] = FactKind.OnHold,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The payment's own object in a message. Fails with: body-too-large, not-json, invalid.</summary>
    public static Result<JsonElement> Unwrap(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (utf8.Length > Requests.BodyBytesMax) return TerminalsErrors.TooLarge;
        if (!Requests.Parse(utf8).Try(out var root, out _)) return TerminalsErrors.NotJson;
        if (root.ValueKind != JsonValueKind.Object) return TerminalsErrors.NotJson;
        return EventEnvelope.Is(root) ? EventEnvelope.Open(root) : root;
    }

    /// <summary>The name of the sender of a message, which may be one that cannot be taken, when it is one at all.
    /// </summary>
    public static string? SenderOf(string text)
    {
        if (Unwrap(text).Try(out var data, out _)) return ApplicationOf(data);
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (utf8.Length > Requests.BodyBytesMax || !Requests.Parse(utf8).Try(out var root, out _)) return null;
        return EventEnvelope.Is(root) && EventEnvelope.DataOf(root) is { } carried ? ApplicationOf(carried) : null;
    }

    /// <summary>The payment's name and what is said of it. Fails with: invalid, card-number.</summary>
    /// <param name="data">The payment's object.</param>
    /// <param name="environment">The sender's environment.</param>
    /// <param name="currency">The sender's currency, when the message names none.</param>
    public static Result<(string TransactionId, PaymentFact Fact)> Read(
        JsonElement data, AppEnvironment environment, string currency)
    {
        if (!JsonFields.Of(data).Try(out var fields, out var error)) return error;
        Tolerate(fields, data);
        fields.Text("application", SimpleName.LengthMax, required: true);
        if (fields.Choice<AppEnvironment>("environment") is { } named && named != environment)
            fields.Refuse("environment", "The application belongs to the other environment.");
        var transactionId = fields.Text("transactionId", TextMax, required: true);
        var fact = ReadFact(fields, data, currency);
        var read = fields.Finish(() => (transactionId!, fact));
        return read.Error is { } wrong && wrong.Fields.Any(f => f.Detail == CardDetail)
            ? TerminalsErrors.CardNumber(wrong.Fields)
            : read;
    }

    private static string? ApplicationOf(JsonElement data)
    {
        if (!JsonFields.Of(data).Try(out var fields, out _)) return null;
        return fields.Text("application", SimpleName.LengthMax, fault: SimpleName.Fault);
    }

    private static PaymentFact ReadFact(JsonFields fields, JsonElement data, string currency)
    {
        var type = fields.Text("type", 64, required: true, t =>
            Types.ContainsKey(t) ? null : $"It must be one of: {string.Join(", ", Types.Keys)}.");
        var kind = Types.GetValueOrDefault(type ?? "");
        var isMoney = kind is FactKind.Completed or FactKind.Refunded && type is not null;
        return new PaymentFact
        {
            Kind = kind,
            EventId = fields.Text("eventId", TextMax, required: true) ?? "",
            RefundId = fields.Text("refundId", TextMax),
            OccurredAt = fields.Instant("occurredAt", required: true) ?? default,
            Amount = fields.Integer("amount", kind == FactKind.Refunded ? 1 : 0, AmountMax, required: isMoney) ?? 0,
            Currency = fields.Text("currency", 3, fault: CurrencyFault) ?? currency,
            TerminalId = fields.Text("terminalId", TextMax, fault: CardFault),
            StoreId = fields.Text("storeId", TextMax, fault: CardFault),
            PaymentMedia = fields.Text("paymentMedia", TextMax, fault: CardFault),
            Fingerprint = fields.Text("fingerprint", TextMax, fault: CardFault),
            OrderNumber = fields.Text("orderNumber", TextMax, fault: CardFault),
            Items = ReadItems(fields, data),
        };
    }

    private static ImmutableArray<PaidItem> ReadItems(JsonFields fields, JsonElement data)
    {
        var given = data.TryGetProperty("items", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object).ToList()
            : [];
        var items = fields.Objects("items", ItemsMax);
        foreach (var (item, json) in items.Zip(given)) Tolerate(item, json);
        return
        [
            .. items.Select(i => new PaidItem(
                i.Text("sku", TextMax, fault: CardFault), i.Text("name", TextMax, fault: CardFault),
                i.Integer("quantity", 1, 100_000) ?? 1, i.Integer("unitPrice", 0, AmountMax) ?? 0)),
        ];
    }

    /// <summary>Takes fields that nobody knows as known.</summary>
    public static void Tolerate(JsonFields fields, JsonElement json)
    {
        foreach (var member in json.EnumerateObject()) fields.Has(member.Name);
    }

    private static string? CardFault(string text) => CardNumbers.Occur(text) ? CardDetail : null;

    private static string? CurrencyFault(string code) =>
        code.Length == 3 && code.All(char.IsAsciiLetterUpper) ? null : "It must be an ISO 4217 code such as EUR.";
}
