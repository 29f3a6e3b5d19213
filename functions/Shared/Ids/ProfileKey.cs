using System.Globalization;

namespace CustomerFunctions.Shared.Ids;

/// <summary>
/// A customer's own key: 128 bits, made once and never reused, so that nothing of an erased customer is inherited by
/// whoever takes the same integration id later. It begins with its time of making (UUID version 7), so that keys
/// sort by age.
/// </summary>
public readonly record struct ProfileKey
{
    private readonly string _text;

    private ProfileKey(string text) => _text = text;

    /// <summary>A new key.</summary>
    public static ProfileKey New(DateTimeOffset now) => new(Guid.CreateVersion7(now).ToString("n"));

    /// <summary>Reads what <see cref="ToString"/> wrote; for keys that come out of our own storage.</summary>
    public static ProfileKey Parse(string text) => new(Guid.ParseExact(text, "n").ToString("n"));

    /// <summary>The profile partition that it falls into, 0 to 255: the first byte of its SHA-256, fixed for
    /// ever.</summary>
    public int Bucket => Hash.Bytes(ToString())[0];

    /// <summary>When it was made, in whole milliseconds.</summary>
    public DateTimeOffset MadeAt => DateTimeOffset.FromUnixTimeMilliseconds(
        long.Parse(ToString().AsSpan(0, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>What the keys of an instant begin with: in ordinal order every older key sorts before it.</summary>
    public static string BeginningAt(DateTimeOffset instant) =>
        Math.Max(0, instant.ToUnixTimeMilliseconds()).ToString("x12", CultureInfo.InvariantCulture);

    /// <summary>32 hex digits.</summary>
    public override string ToString() => _text ?? throw new InvalidOperationException("An empty profile key.");
}
