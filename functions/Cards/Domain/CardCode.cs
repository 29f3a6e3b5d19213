namespace CustomerFunctions.Cards.Domain;

/// <summary>Rules for card codes and member numbers. They are compared without case, and kept in capitals.</summary>
public static class CardCode
{
    /// <summary>Shortest code.</summary>
    public const int LengthMin = 4;

    /// <summary>Longest code.</summary>
    public const int LengthMax = 64;

    /// <summary>The one check digit that can be asked for.</summary>
    public const string Ean13 = "ean13";

    /// <summary>The digits of an EAN-13. Source: GS1 General Specifications.</summary>
    public const int Ean13Length = 13;

    /// <summary>The code as it is kept.</summary>
    public static string Normal(string code) => code.Trim().ToUpperInvariant();

    /// <summary>What is wrong with a code in its kept form, or null.</summary>
    public static string? Fault(string code) =>
        code.Length is >= LengthMin and <= LengthMax && char.IsAsciiLetterOrDigit(code[0]) && code.All(IsOfCode)
            ? null
            : $"It must have {LengthMin} to {LengthMax} letters, digits, '-', '.' or '_', "
                + "and begin with a letter or digit.";

    /// <summary>What is wrong with a code that should be an EAN-13, or null.</summary>
    public static string? Ean13Fault(string code) =>
        code.Length == Ean13Length && code.All(char.IsAsciiDigit) && CheckDigit(code[..^1]) == code[^1]
            ? null
            : "It must be 13 digits with a check digit that fits.";

    /// <summary>The check digit of twelve digits: weights 1 and 3 in turn, up to the next ten. Source: GS1 General
    /// Specifications, section 7.9.</summary>
    public static char CheckDigit(string twelve)
    {
        var sum = 0;
        for (var i = 0; i < twelve.Length; i++) sum += (twelve[i] - '0') * (i % 2 == 0 ? 1 : 3);
        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>True for a character that a code may hold, in its kept form.</summary>
    public static bool IsOfCode(char c) => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '.' or '_';
}
