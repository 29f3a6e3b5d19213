using System.Text.Json;
using CustomerFunctions.Cards.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Cards;

/// <summary>What callers say about cards.</summary>
public static class CardRequests
{
    /// <summary>Longest reason.</summary>
    public const int ReasonLengthMax = 500;

    /// <summary>No body; where a body is optional, it says nothing.</summary>
    public static readonly JsonElement Nothing = JsonSerializer.SerializeToElement(new { });

    /// <summary>A code in its kept form.</summary>
    public static string? Code(JsonFields body, string name, bool isEan13 = false)
    {
        var code = body.Text(name, CardCode.LengthMax, fault: c =>
            CardCode.Fault(CardCode.Normal(c)) ?? (isEan13 ? CardCode.Ean13Fault(CardCode.Normal(c)) : null));
        return code is null ? null : CardCode.Normal(code);
    }

    /// <summary>True when the check digit is asked for.</summary>
    public static bool IsEan13(JsonFields body) => body.Text(
        "checkDigit", 10, fault: c => c == CardCode.Ean13 ? null : $"It must be: {CardCode.Ean13}.") is not null;

    /// <summary>A pattern for so many codes; the default one when none is named.</summary>
    public static CodePattern Pattern(JsonFields body, bool isEan13, long count)
    {
        var wrong = default(string);
        var text = body.Text("pattern", CardCode.LengthMax);
        var pattern = text is null && !isEan13
            ? CodePattern.Default
            : new CodePattern((text ?? "").ToUpperInvariant(), isEan13);
        if (!body.Has("code")) wrong = pattern.Fault(count);
        else if (text is not null) wrong = "Give a code or a pattern, not both.";
        if (wrong is not null) body.Refuse("pattern", wrong);
        return pattern;
    }

    /// <summary>Why something is done. Payment card numbers are refused.</summary>
    public static string? Reason(JsonFields body, bool required) => body.Text(
        "reason", ReasonLengthMax, required,
        text => CardNumbers.Occur(text) ? "It must not hold a payment card number." : null);
}
