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
    public string? Area => AreaOf(Path);

    /// <summary>True when the file lies in a folder of that name inside its area.</summary>
    public bool IsIn(string folder) => Area is not null && Path.Split('/').Skip(2).SkipLast(1).Contains(folder);

    /// <summary>The area that a path leads into, or null.</summary>
    public static string? AreaOf(string path) =>
        path.Split('/') is ["functions", var area, _, ..] ? area : null;

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
        [.. Files(folders).Where(f => f.EndsWith(".cs", StringComparison.Ordinal))
            .Select(f => new SourceFile(f, Read(f)))];

    /// <summary>The path of every file under a folder of the root, built ones left out.</summary>
    public static IReadOnlyList<string> Files(params string[] folders) =>
        [.. folders.Select(f => Path.Combine(Root, f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Intersect(Built).Any())
            .Order(StringComparer.Ordinal)];

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
