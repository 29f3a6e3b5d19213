namespace CustomerFunctions.Tests.Tidy;

/// <summary>The list of functions that is agreed on: what a deployment exposes changes by intent only.</summary>
public static class FunctionList
{
    public const string Path = "tests/CustomerFunctions.Tests/Tidy/FunctionList.verified.txt";

    /// <summary>Set to true, it makes the test write the list instead of comparing it.</summary>
    public const string UpdateVariable = "UPDATE_FUNCTION_LIST";

    /// <summary>What differs, one line each, with a plus for what the code has and the list has not.</summary>
    public static IEnumerable<string> Differences(string verified, IEnumerable<string> actual)
    {
        var listed = verified.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        var found = actual.ToList();
        return found.Except(listed).Select(l => "+ " + l).Concat(listed.Except(found).Select(l => "- " + l))
            .OrderBy(l => l[2..], StringComparer.Ordinal);
    }
}
