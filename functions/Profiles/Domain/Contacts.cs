using System.Text;
using PhoneNumbers;

namespace CustomerFunctions.Profiles.Domain;

/// <summary>Email addresses: what passes for one, and which are the same.</summary>
public static class EmailAddress
{
    /// <summary>Longest address. Source: RFC 5321 path limit as RFC 3696 erratum 1690 has it.</summary>
    public const int LengthMax = 254;

    private const int LocalLengthMax = 64;
    private const int LabelLengthMax = 63;

    /// <summary>Null when the text passes for an address, else what is wrong with it.</summary>
    public static string? Fault(string text) =>
        Passes(text.Trim()) ? null : "It must be an email address such as zoe@example.com.";

    /// <summary>The form by which addresses are compared: outer blanks cut, letters small.</summary>
    public static string Normalise(string email) =>
        email.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();

    /// <summary>The part after the at sign of a normalised address.</summary>
    public static string DomainOf(string normalised) => normalised[(normalised.LastIndexOf('@') + 1)..];

    private static bool Passes(string text)
    {
        var at = text.LastIndexOf('@');
        if (text.Length > LengthMax || at is < 1 or > LocalLengthMax) return false;
        return IsLocal(text[..at]) && IsDomain(text[(at + 1)..]);
    }

    private static bool IsLocal(string local) =>
        local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal)
        && local.All(c => !char.IsControl(c) && !char.IsWhiteSpace(c) && !"@()<>[],;:\\\"".Contains(c));

    private static bool IsDomain(string domain)
    {
        var labels = domain.Split('.');
        return labels.Length > 1 && labels.All(l => l.Length is > 0 and <= LabelLengthMax && l[0] != '-' && l[^1] != '-'
            && l.All(c => char.IsLetterOrDigit(c) || c == '-'));
    }
}

/// <summary>Phone numbers, by libphonenumber.</summary>
public static class Phone
{
    /// <summary>Longest text that is read as a number.</summary>
    public const int LengthMax = 40;

    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();

    /// <summary>Reads a number as people write it; <paramref name="region"/> (ISO 3166 alpha-2) is the country of
    /// numbers without a country code. Possible numbers are taken, not only assigned ones: number plans change more
    /// often than this app is deployed.</summary>
    /// <param name="text">As written.</param>
    /// <param name="region">The default country.</param>
    /// <param name="e164">The number in E.164, such as <c>+442079460000</c>.</param>
    public static bool TryRead(string text, string region, out string e164)
    {
        e164 = "";
        if (text.Length > LengthMax || !text.All(IsPart)) return false;
        try
        {
            var number = Numbers.Parse(text, region);
            var possible = Numbers.IsPossibleNumberWithReason(number);
            if (possible != PhoneNumberUtil.ValidationResult.IS_POSSIBLE) return false;
            e164 = Numbers.Format(number, PhoneNumberFormat.E164);
            return true;
        }
        catch (NumberParseException)
        {
            return false;
        }
    }

    /// <summary>The digits after the country code of a number in E.164.</summary>
    public static string NationalOf(string e164) => Numbers.GetNationalSignificantNumber(Numbers.Parse(e164, null));

    /// <summary>The digits after the country code that some digits begin with, or null when they begin with none.
    /// </summary>
    public static string? WithoutCountryCode(string digits)
    {
        for (var length = 1; length <= 3 && length <= digits.Length; length++)
        {
            var code = int.Parse(digits.AsSpan(0, length), System.Globalization.CultureInfo.InvariantCulture);
            if (Numbers.GetRegionCodeForCountryCode(code) != "ZZ" && digits[0] != '0') return digits[length..];
        }

        return null;
    }

    private static bool IsPart(char c) =>
        char.IsDigit(c) || char.IsWhiteSpace(c) || "+＋()-./‐‑‒–—".Contains(c);
}
