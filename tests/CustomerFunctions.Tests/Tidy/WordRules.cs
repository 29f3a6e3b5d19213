using System.Text.RegularExpressions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>Words that the source does without.</summary>
public static partial class WordRules
{
    public static IEnumerable<string> UnfinishedFaults(SourceFile file) =>
        from Match match in Unfinished().Matches(file.Text)
        select file.Fault(match.Index, $"'{match.Value}': finish it, or write it down where work is planned.");

    /// <summary>Such names hide what a class is for.</summary>
    public static IEnumerable<string> NameFaults(SourceFile file) =>
        from Match match in VagueName().Matches(file.Code)
        select file.Fault(match.Index, $"'{match.Groups["name"].Value}' does not tell what it is for.");

    /// <summary>The app is one source for both runtimes.</summary>
    public static IEnumerable<string> DirectiveFaults(SourceFile file) =>
        from Match match in Conditional().Matches(file.Code)
        select file.Fault(match.Index, "conditional compilation: the app's source is the same in both runtimes.");

    /// <summary>A test that does not run proves nothing.</summary>
    public static IEnumerable<string> SkipFaults(SourceFile file) =>
        from Match match in Skipped().Matches(file.Code)
        select file.Fault(match.Index, "a skipped test: mend it or remove it.");

    // Written with a class of one letter, so that this file does not hold the words itself.
    [GeneratedRegex(@"\b([T]ODO|[F]IXME|[H]ACK|[X]XX)\b|\bNot[I]mplementedException\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\b(class|record|struct|interface)\s+"
        + @"(?<name>\w*(Managers?|Helpers?|Utils?|Utility|Utilities|Base|Service))\b")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"^[ \t]*#(if|elif|else)\b", RegexOptions.Multiline)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"\[[^\]\n]*\bSkip(When|Unless|Type)?\s*=|\bAssert\.Skip\w*\(")]
    private static partial Regex Skipped();
}
