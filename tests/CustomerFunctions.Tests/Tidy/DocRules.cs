using System.Text.RegularExpressions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>What must be told in a doc comment.</summary>
public static partial class DocRules
{
    /// <summary>Every public type and member of the kernel and of the doors has one. What surrounds a member is told
    /// from the indentation.</summary>
    public static IEnumerable<string> Faults(SourceFile file)
    {
        if (!IsTold(file)) yield break;
        var code = file.Code.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < code.Length; i++)
            if (Declaration().IsMatch(code[i]) && !IsInside(code, i) && !HasDoc(file.Lines, i))
                yield return $"{file.Path}:{i + 1}: {code[i].Trim()} has no doc comment.";
    }

    /// <summary>Every area tells of itself on one page.</summary>
    /// <param name="paths">Every file of the app, from the repository's root.</param>
    public static IEnumerable<string> ReadmeFaults(IReadOnlyCollection<string> paths) =>
        from area in paths.Select(SourceFile.AreaOf).OfType<string>().Distinct()
        where !paths.Contains($"functions/{area}/README.md")
        select $"functions/{area} has no README.md.";

    private static bool IsTold(SourceFile file) =>
        file.Area == "Shared" || AreaRules.Doors.Contains(Path.GetFileNameWithoutExtension(file.Path));

    /// <summary>True when a type around the line is not public itself.</summary>
    private static bool IsInside(string[] code, int line)
    {
        var indent = Indent(code[line]);
        for (line--; line >= 0 && indent > 0; line--)
        {
            if (code[line].Trim() is "" or "{" || Indent(code[line]) >= indent) continue;
            indent = Indent(code[line]);
            if (TypeHead().IsMatch(code[line]) && !Declaration().IsMatch(code[line])) return true;
        }

        return false;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    private static bool HasDoc(string[] lines, int line)
    {
        do line--;
        while (line >= 0 && Attribute().IsMatch(lines[line]));
        return line >= 0 && lines[line].TrimStart().StartsWith("///", StringComparison.Ordinal);
    }

    // Overrides and operators say what the type that they come from says.
    [GeneratedRegex(@"^\s*public\s(?!.*\b(override|operator)\b)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s")]
    private static partial Regex TypeHead();

    [GeneratedRegex(@"^\s*\[.*\]\s*$")]
    private static partial Regex Attribute();
}
