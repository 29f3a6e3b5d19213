using System.Text.RegularExpressions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>The order in which Program.cs puts the app together, which is the order of the middleware too.</summary>
public static partial class ProgramRules
{
    private static readonly string[] First = ["ConfigureFunctionsWebApplication", "AddShared", "AddAccess"];

    /// <summary>HTTP is turned on first, else no middleware sees a request; then comes what answers problems, then
    /// what asks for the key; then the areas from low to high.</summary>
    public static IEnumerable<string> OrderFaults(SourceFile program)
    {
        var calls = Calls().Matches(program.Code).Select(m => m.Groups["name"].Value).ToList();
        if (!calls.Take(First.Length).SequenceEqual(First))
            yield return program.Fault($"it must begin with {string.Join(", ", First)}.");
        var levels = calls.Skip(1).SkipLast(1).Select(c => (Call: c, Level: Level(c))).ToList();
        foreach (var (call, _) in levels.Where(l => l.Level < 0))
            yield return program.Fault($"{call} adds no area that has a place in the order of areas.");
        foreach (var (low, high) in levels.Zip(levels.Skip(1)).Where(p => p.Second.Level < p.First.Level))
            yield return program.Fault($"{high.Call} belongs before {low.Call}.");
        if (calls.LastOrDefault() != "Build") yield return program.Fault("nothing may follow Build().Run().");
    }

    /// <summary>Middleware runs around every trigger, so only the kernel and access have some.</summary>
    public static IEnumerable<string> MiddlewareFaults(SourceFile file) =>
        from Match m in Middleware().Matches(file.Code)
        where file.Path is not ("functions/Shared/SharedArea.cs" or "functions/Access/AccessArea.cs")
        select file.Fault(m.Index, "middleware is registered by the kernel and by access only.");

    /// <summary>An area that registers anything is added by the program, else its functions would lack it.</summary>
    public static IEnumerable<string> MissingAreaFaults(IReadOnlyCollection<SourceFile> app)
    {
        var added = app.Where(f => f.Path == "functions/Program.cs").SelectMany(f => Calls().Matches(f.Code))
            .Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        return from area in app.Select(f => f.Area).OfType<string>().Distinct()
               where app.Any(f => f.Path == $"functions/{area}/{area}Area.cs") && !added.Contains("Add" + area)
               select $"functions/Program.cs does not add {area}.";
    }

    private static int Level(string call) =>
        Array.FindIndex(AreaRules.Levels, level => level.Any(area => call == "Add" + area));

    [GeneratedRegex(@"(?<=\bbuilder\.)(?<name>\w+)(?=\()")]
    private static partial Regex Calls();

    [GeneratedRegex(@"\bUseMiddleware\b|\bbuilder\.Use(When)?\b")]
    private static partial Regex Middleware();
}
