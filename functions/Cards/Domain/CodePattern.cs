using System.Security.Cryptography;
using System.Text;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Cards.Domain;

/// <summary>How codes are made: <c>#</c> is a digit, <c>?</c> a capital that is not easily taken for something else,
/// any other character stands for itself.</summary>
/// <param name="Text">The pattern in capitals.</param>
/// <param name="IsEan13">Twelve digits come from the pattern, the thirteenth is computed.</param>
public sealed record CodePattern(string Text, bool IsEan13)
{
    /// <summary>What stands for <c>?</c>: no I, L, O, Q, S, Z, which are read as digits.</summary>
    public const string Letters = "ABCDEFGHJKMNPRTUVWXY";

    /// <summary>Possible codes for each wanted one: a guess then hits at most one time in a thousand.</summary>
    public const int SpaceForEach = 1000;

    private const string Digits = "0123456789";

    /// <summary>The pattern of cards whose maker names none.</summary>
    public static CodePattern Default { get; } = new("CARD-####-####-####", IsEan13: false);

    /// <summary>How many codes there can be; beyond <see cref="long.MaxValue"/> just that.</summary>
    public long Space => (long)Math.Min(
        Math.Pow(Digits.Length, Text.Count(c => c == '#')) * Math.Pow(Letters.Length, Text.Count(c => c == '?')),
        1e18);

    /// <summary>Reads a pattern for so many codes. Fails with: invalid.</summary>
    public static Result<CodePattern> Read(string text, bool isEan13, long count)
    {
        var pattern = new CodePattern(text.Trim().ToUpperInvariant(), isEan13);
        return pattern.Fault(count) is { } fault ? Error.Invalid("/pattern", fault) : pattern;
    }

    /// <summary>What is wrong with the pattern for so many codes, or null.</summary>
    public string? Fault(long count)
    {
        var sample = Text.Replace('#', '0').Replace('?', 'A');
        if (IsEan13)
        {
            if (Text.Length != CardCode.Ean13Length - 1 || !sample.All(char.IsAsciiDigit) || Text.Contains('?'))
                return "With the check digit ean13 it must give 12 digits.";
        }
        else if (CardCode.Fault(sample) is { } fault)
        {
            return fault;
        }

        return Space / SpaceForEach >= count
            ? null
            : $"It must give at least {SpaceForEach} times as many codes as are wanted; it gives {Space}.";
    }

    /// <summary>A code; the same for the same secret, index and attempt.</summary>
    public string Make(ReadOnlySpan<byte> secret, long index, int attempt)
    {
        var chance = new ChanceOf(secret.ToArray(), $"code|{index}|{attempt}");
        var code = new StringBuilder(CardCode.LengthMax);
        foreach (var c in Text)
            code.Append(c switch { '#' => chance.Of(Digits), '?' => chance.Of(Letters), _ => c });
        if (IsEan13) code.Append(CardCode.CheckDigit(code.ToString()));
        return code.ToString();
    }

    /// <summary>A stream of even choices that its key and name determine.</summary>
    private sealed class ChanceOf(byte[] key, string name)
    {
        private byte[] _bytes = [];
        private int _at;
        private int _round;

        public char Of(string choices)
        {
            // Bytes at the upper end would favour the first choices: they are passed over.
            var fair = 256 - (256 % choices.Length);
            int next;
            do next = Next();
            while (next >= fair);
            return choices[next % choices.Length];
        }

        private byte Next()
        {
            if (_at == _bytes.Length)
            {
                _bytes = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{name}|{_round++}"));
                _at = 0;
            }

            return _bytes[_at++];
        }
    }
}
