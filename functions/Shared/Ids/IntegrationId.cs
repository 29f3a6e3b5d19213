namespace CustomerFunctions.Shared.Ids;

/// <summary>Rules for the names that callers give to customers and sessions.</summary>
public static class IntegrationId
{
    /// <summary>Longest name, in UTF-16 units.</summary>
    public const int LengthMax = 255;

    /// <summary>Null when the id is usable, else what is wrong with it. The slash, backslash and percent sign cannot
    /// be told apart by the host's routing; <c>.</c> and <c>..</c> are eaten by it.</summary>
    public static string? Fault(string id)
    {
        if (id.Length is 0 or > LengthMax) return $"It must have 1 to {LengthMax} characters.";
        if (id is "." or "..") return "It must not be '.' or '..'.";
        for (var i = 0; i < id.Length; i++)
        {
            if (char.IsControl(id[i]) || id[i] is '/' or '\\' or '%')
                return "It must not hold control characters, '/', '\\' or '%'.";
            if (char.IsHighSurrogate(id[i]) && i + 1 < id.Length && char.IsLowSurrogate(id[i + 1])) i++;
            else if (char.IsSurrogate(id[i])) return "It must not hold half of a surrogate pair.";
        }

        return null;
    }
}

/// <summary>Rules for the short names of applications, programs, stores: what fits a URL and a table key as it is.
/// </summary>
public static class SimpleName
{
    /// <summary>Longest name.</summary>
    public const int LengthMax = 64;

    /// <summary>Null when the name is usable, else what is wrong with it.</summary>
    public static string? Fault(string name) =>
        name.Length is > 0 and <= LengthMax && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? null
            : $"It must have 1 to {LengthMax} letters, digits, '-', '_' or '.', and begin with a letter or digit.";
}
