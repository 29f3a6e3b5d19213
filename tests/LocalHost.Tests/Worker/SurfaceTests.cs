using CustomerFunctions.Local.Worker;

namespace CustomerFunctions.Local.Host.Tests.Worker;

/// <summary>The stand-ins against worker-surface.txt, which was read off the real packages.</summary>
public sealed class SurfaceTests
{
    [Fact]
    public void Every_member_of_a_stand_in_is_one_of_the_real_type()
    {
        var real = Real();
        var wrong =
            from type in typeof(WorkerRuntime).Assembly.GetExportedTypes()
            where !type.Namespace!.StartsWith("CustomerFunctions", StringComparison.Ordinal)
            let head = Surface.Head(type)
            from line in real.TryGetValue(head, out var members)
                ? Surface.Members(type).Where(m => !members.Contains(m)).Select(m => $"{head}: {m}")
                : [$"{head}: not in worker-surface.txt"]
            select line;
        Assert.Empty(wrong.Order(StringComparer.Ordinal));
    }

    private static Dictionary<string, HashSet<string>> Real()
    {
        var types = new Dictionary<string, HashSet<string>>();
        var members = new HashSet<string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "worker-surface.txt")))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == ' ') members.Add(line.Trim());
            else types.Add(line.Trim(), members = []);
        }

        Assert.NotEmpty(types);

        return types;
    }
}
