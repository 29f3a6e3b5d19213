namespace CustomerFunctions.Tests.Tidy;

/// <summary>One C# file of the repository.</summary>
/// <param name="Path">From the repository's root, with slashes: <c>functions/Loyalty/AddPoints.cs</c>.</param>
/// <param name="Text">Its whole text.</param>
public sealed record SourceFile(string Path, string Text)
{
    private readonly Lazy<string> _code = new(() => CSharpCode.Bare(Text));

    /// <summary>The text with comments and the contents of strings blanked; lines stay where they are.</summary>
    public string Code => _code.Value;

    /// <summary>The text's lines, without their ends.</summary>
    public string[] Lines => Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    /// <summary>The area of a file in functions/, or null for Program.cs and files elsewhere.</summary>
    public string? Area => Parts is ["functions", var area, _, ..] ? area : null;

    /// <summary>True when the file lies in a folder of that name inside its area.</summary>
    public bool IsIn(string folder) => Area is not null && Parts.Skip(2).SkipLast(1).Contains(folder);

    private string[] Parts => Path.Split('/');

    /// <summary>A complaint about this file.</summary>
    public string Fault(string text) => $"{Path}: {text}";

    /// <summary>A complaint about a place in this file; <paramref name="offset"/> counts characters of
    /// <see cref="Code"/>.</summary>
    public string Fault(int offset, string text) => $"{Path}:{1 + Text.AsSpan(0, offset).Count('\n')}: {text}";
}

/// <summary>The repository that these tests were built from.</summary>
public static class Repository
{
    private static readonly string[] Built = ["bin", "obj", "node_modules"];

    /// <summary>Where CustomerFunctions.sln lies.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file under a folder of the root, built ones left out.</summary>
    public static IReadOnlyList<SourceFile> Sources(params string[] folders) =>
        [.. folders.Select(f => Path.Combine(Root, f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.cs", SearchOption.AllDirectories))
            .Select(f => (Full: f, Local: Path.GetRelativePath(Root, f).Replace('\\', '/')))
            .Where(f => !f.Local.Split('/').Intersect(Built).Any())
            .OrderBy(f => f.Local, StringComparer.Ordinal)
            .Select(f => new SourceFile(f.Local, File.ReadAllText(f.Full)))];

    /// <summary>The text of a file at the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CustomerFunctions.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("These tests run inside the repository only.");
    }
}
