using System.Text.RegularExpressions;

namespace CustomerFunctions.Local.Host.Blobs;

/// <summary>The path of a blob trigger: a container, then a name in which {word} captures any text.</summary>
internal sealed partial class BlobPathPattern
{
    private readonly Regex _name;

    /// <exception cref="FormatException">There is no container before the first slash.</exception>
    public BlobPathPattern(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 1) slash = path.Length;
        Container = path[..slash];
        if (Container.Length == 0 || Container.Contains('{', StringComparison.Ordinal))
            throw new FormatException($"The blob path '{path}' names no container.");
        var name = slash == path.Length ? "{name}" : path[(slash + 1)..];
        Prefix = name.Split('{')[0];
        _name = new Regex($"^{Parts(name)}$", RegexOptions.CultureInvariant);
    }

    public string Container { get; }

    /// <summary>What every name begins with, so that only such blobs are listed.</summary>
    public string Prefix { get; }

    /// <summary>The captured words, or null when the name does not fit.</summary>
    public Dictionary<string, string>? Match(string name) =>
        _name.Match(name) is { Success: true } match
            ? match.Groups.Values.Skip(1).ToDictionary(g => g.Name, g => g.Value)
            : null;

    // A word takes slashes too, as in the real host.
    private static string Parts(string name) =>
        string.Concat(Word().Split(name).Select((part, i) => i % 2 == 0 ? Regex.Escape(part) : $"(?<{part}>.*)"));

    [GeneratedRegex("{([A-Za-z_][A-Za-z0-9_]*)}")]
    private static partial Regex Word();
}
