using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Cards.Storage;

/// <summary>The place of a code or member number in one environment; holds no text of a caller.</summary>
public readonly record struct CardId(AppEnvironment Environment, string Hash)
{
    /// <summary>The place of a code in its kept form.</summary>
    public static CardId Of(AppEnvironment environment, string code) =>
        new(environment, Shared.Ids.Hash.Hex("card", code));

    /// <summary>True for what can be a place's hash.</summary>
    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The partition that it lies in: one of 256 of the environment.</summary>
    public string Partition => $"{Environment.Name()}|{Hash[..2]}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static CardId Parse(string text)
    {
        var parts = text.Split('|');
        return new CardId(AppEnvironments.Parse(parts[0]), parts[1]);
    }

    /// <summary><c>live|9f86…</c>.</summary>
    public override string ToString() => $"{Environment.Name()}|{Hash}";
}
