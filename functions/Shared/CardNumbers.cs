using System.Globalization;

namespace CustomerFunctions.Shared;

/// <summary>Finds payment card numbers, which must never be stored, in texts where they do not belong.</summary>
public static class CardNumbers
{
    /// <summary>Fewest digits of a card number. Source: ISO/IEC 7812 as the card schemes use it.</summary>
    public const int DigitsMin = 13;

    /// <summary>Most digits of a card number. Source: ISO/IEC 7812.</summary>
    public const int DigitsMax = 19;

    /// <summary>Most blanks, dots, slashes or dashes between two groups of digits of one number.</summary>
    private const int GapMax = 2;

    /// <summary>True when 13 to 19 digits that pass the Luhn test occur, in one piece or in groups with blanks, dots,
    /// slashes or dashes between them.</summary>
    public static bool Occur(string text)
    {
        var groups = Groups(text);
        for (var first = 0; first < groups.Count; first++)
        {
            var digits = "";
            for (var i = first; i < groups.Count && (i == first || groups[i].Joins); i++)
            {
                digits += groups[i].Digits;
                if (digits.Length > DigitsMax) break;
                if (digits.Length >= DigitsMin && digits[0] != '0' && Luhn(digits)) return true;
            }
        }

        return false;
    }

    /// <summary>True when the digits' check sum is a multiple of ten. Source: ISO/IEC 7812-1, annex B.</summary>
    public static bool Luhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : (2 * digit / 10) + (2 * digit % 10);
        }

        return sum % 10 == 0;
    }

    private static List<Group> Groups(string text)
    {
        var groups = new List<Group>();
        var (gap, joins) = (0, false);
        for (var i = 0; i < text.Length;)
        {
            var from = i;
            while (i < text.Length && Digit(text[i]) >= 0) i++;
            if (i > from)
            {
                groups.Add(new Group(string.Concat(text[from..i].Select(Digit)), joins && gap <= GapMax));
                (gap, joins) = (0, true);
            }
            else
            {
                joins &= IsGap(text[i++]);
                gap++;
            }
        }

        return groups;
    }

    private static int Digit(char c) => CharUnicodeInfo.GetDecimalDigitValue(c);

    // Not the colon and the comma: times and lists of numbers are no card numbers.
    private static bool IsGap(char c) => char.IsWhiteSpace(c) || c is '.' or '/' or '_'
        || char.GetUnicodeCategory(c) == UnicodeCategory.DashPunctuation;

    /// <summary>Digits in one piece, and whether they may go on from the piece before.</summary>
    private readonly record struct Group(string Digits, bool Joins);
}
