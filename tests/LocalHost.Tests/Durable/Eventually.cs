using System.Diagnostics;

namespace CustomerFunctions.Local.Host.Tests.Durable;

/// <summary>Waits for a condition, and fails after half a minute.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static Task True(Func<bool> condition) => True(() => Task.FromResult(condition()));

    public static async Task True(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(since.Elapsed < Limit, "The condition did not come true.");
            await Task.Delay(Step, TestContext.Current.CancellationToken);
        }
    }
}
