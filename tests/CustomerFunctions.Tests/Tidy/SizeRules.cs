using System.Text.RegularExpressions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>How long things may be.</summary>
public static partial class SizeRules
{
    public const int FileLinesMax = 300;
    public const int MethodLinesMax = 70;
    public const int LineLengthMax = 120;

    /// <summary>Tables of cases read better on one line each.</summary>
    public const int TestLineLengthMax = 160;

    public static IEnumerable<string> FileFaults(SourceFile file)
    {
        if (file.Lines.Length > FileLinesMax)
            yield return file.Fault($"{file.Lines.Length} lines, at most {FileLinesMax}: does it have one subject?");
    }

    public static IEnumerable<string> LineFaults(SourceFile file)
    {
        var max = file.Path.StartsWith("tests/", StringComparison.Ordinal) ? TestLineLengthMax : LineLengthMax;
        return file.Lines.Select((line, i) => (line, Number: i + 1))
            .Where(x => x.line.Length > max && !x.line.TrimStart().StartsWith("[InlineData(", StringComparison.Ordinal))
            .Select(x => $"{file.Path}:{x.Number}: {x.line.Length} characters, at most {max}.");
    }

    /// <summary>A rough measure: a block is a method's when the text before it ends like a parameter list and does not
    /// begin like a statement.</summary>
    public static IEnumerable<string> MethodFaults(SourceFile file)
    {
        var code = file.Code;
        foreach (Match opening in Opening().Matches(code))
        {
            if (Statement().IsMatch(opening.Groups["head"].Value)) continue;
            var start = opening.Groups["head"].Index;
            var end = Closing(code, opening.Index + opening.Length - 1);
            var lines = 1 + code.AsSpan(start, end - start).Count('\n');
            if (lines > MethodLinesMax)
                yield return file.Fault(start, $"a method of {lines} lines, at most {MethodLinesMax}.");
        }
    }

    private static int Closing(string code, int at)
    {
        for (var depth = 0; at < code.Length; at++)
        {
            if (code[at] == '{') depth++;
            if (code[at] == '}' && --depth == 0) return at;
        }

        return code.Length;
    }

    [GeneratedRegex(@"(?<=[;{}]\s*)(?<head>[^\s;{}][^;{}]*?\))(\s*where\b[^;{}]*)?\s*\{")]
    private static partial Regex Opening();

    [GeneratedRegex(@"^(if|for|foreach|while|switch|using|lock|catch|fixed|else|do|return|await|throw|var)\b|=>"
        + @"|\b(class|record|struct|interface|new)\b")]
    private static partial Regex Statement();
}
