using System.Collections.Concurrent;

namespace CustomerFunctions.Tests.Harness;

/// <summary>Runs a write path once for each of its storage calls and each kind of fault. Of long paths about half are
/// tried: each write fails in one of the two ways, in turns, and every other call is held back. CUSTOMERFUNCTIONS_FAULTS
/// set to <c>all</c> tries all of them.</summary>
public static class FaultEnumeration
{
    private const int RetriesMax = 5;

    /// <summary>Paths of more calls are long.</summary>
    private const int LongFrom = 25;

    private static readonly bool TriesAll = Environment.GetEnvironmentVariable("CUSTOMERFUNCTIONS_FAULTS") == "all";

    /// <summary>
    /// Counts the storage calls of <paramref name="act"/>, then for each call and kind of fault arranges a fresh case,
    /// runs it with that fault, repeats it as a client would while it answers false or throws, and checks the end
    /// state. A read has no effect, so it fails in one way only. Answers how many faults were tried.
    /// </summary>
    /// <param name="name">What is tried, for the record of faults.</param>
    /// <param name="probe">The probe in the app's pipeline.</param>
    /// <param name="arrange">Makes a fresh case.</param>
    /// <param name="act">The write path; true when the client may take it as done.</param>
    /// <param name="check">Asserts the end state.</param>
    /// <param name="callsVary">True when cases differ a little in their number of calls, because their rows fall into
    /// partitions by hash: then a call that a case does not have is not counted.</param>
    public static async Task<int> RunAsync<TCase>(
        string name, StorageProbe probe, Func<Task<TCase>> arrange, Func<TCase, Task<bool>> act, Func<TCase,
            Task> check, bool callsVary = false)
    {
        var tried = 0;
        var calls = await CountAsync(probe, await arrange(), act, check);
        foreach (var kind in Enum.GetValues<FaultKind>())
            for (var call = 1; call <= calls.Count; call++)
            {
                if (!IsTried(calls, call, kind)) continue;
                var subject = await arrange();
                probe.FailAt(call, kind);
                await RepeatAsync(subject, act);
                var wasHit = probe.WasHit;
                probe.Count();
                Assert.True(callsVary || wasHit, $"{name}: call {call} was not reached.");
                if (wasHit) tried++;
                await check(subject);
            }

        Assert.True(tried >= calls.Count / 3, $"{name}: only {tried} faults in {calls.Count} calls were reached.");
        FaultsTried.Add(name, tried);
        return tried;
    }

    /// <summary>Holds one writer back before each of its storage calls while another runs to its end.</summary>
    /// <param name="first">The writer that is held back; true when done.</param>
    /// <param name="second">The writer that overtakes it; true when done, false when it has to wait for the first.
    /// </param>
    /// <param name="callsVary">As for faults: a call that a case does not have holds nobody back.</param>
    public static async Task<int> PauseAsync<TCase>(
        string name, StorageProbe probe, Func<Task<TCase>> arrange, Func<TCase, Task<bool>> first,
        Func<TCase, Task<bool>> second, Func<TCase, Task> check, bool callsVary = false)
    {
        var paused = 0;
        probe.Count();
        var counted = await arrange();
        probe.Count();
        await RepeatAsync(counted, first);
        var calls = probe.Calls.Count;
        for (var call = 1; call <= calls; call += StepOf(calls))
        {
            var subject = await arrange();
            var reached = probe.PauseAt(call);
            var held = Task.Run(() => first(subject));
            await Task.WhenAny(reached, held);
            Assert.True(callsVary || probe.WasHit, $"{name}: call {call} was not reached.");
            if (probe.WasHit) paused++;
            // The second must not be held where the first never came.
            else probe.Count();
            var overtook = await AttemptAsync(subject, second);
            probe.Release();
            if (!await SettleAsync(held)) await RepeatAsync(subject, first);
            if (!overtook) await RepeatAsync(subject, second);
            probe.Count();
            await check(subject);
        }

        FaultsTried.Add(name + " (paused)", paused);
        return paused;
    }

    /// <summary>Ends a writer before each of its storage calls, as when its process is gone, so that only what comes by
    /// later, a timer, can finish what it began.</summary>
    /// <param name="act">The writer, to be cancelled.</param>
    /// <param name="recover">What comes by later.</param>
    public static async Task<int> StopAsync<TCase>(
        string name, StorageProbe probe, Func<Task<TCase>> arrange, Func<TCase, CancellationToken, Task> act,
        Func<TCase, Task> recover, Func<TCase, Task> check)
    {
        var counted = await arrange();
        probe.Count();
        await act(counted, default);
        var calls = probe.Calls.Count;
        var stopped = 0;
        for (var call = 1; call <= calls; call += StepOf(calls), stopped++)
        {
            var subject = await arrange();
            using var end = new CancellationTokenSource();
            var reached = probe.PauseAt(call);
            var acting = Task.Run(() => act(subject, end.Token));
            await Task.WhenAny(reached, acting);
            Assert.True(probe.WasHit, $"{name}: call {call} was not reached.");
            await end.CancelAsync();
            probe.Release();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acting);
            probe.Count();
            await recover(subject);
            await check(subject);
        }

        FaultsTried.Add(name + " (stopped)", stopped);
        return stopped;
    }

    private static int StepOf(int calls) => calls < LongFrom || TriesAll ? 1 : 2;

    // A read has no effect: it fails before it or not at all.
    private static bool IsTried(IReadOnlyList<string> calls, int call, FaultKind kind)
    {
        if (IsRead(calls[call - 1]) && kind == FaultKind.AfterEffect) return false;
        if (StepOf(calls.Count) == 1) return true;
        return IsRead(calls[call - 1]) ? call % 2 == 0 : call % 2 == (int)kind;
    }

    private static bool IsRead(string call) => call.StartsWith("GET ", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<string>> CountAsync<TCase>(
        StorageProbe probe, TCase subject, Func<TCase, Task<bool>> act, Func<TCase, Task> check)
    {
        probe.Count();
        Assert.True(await act(subject), "The write path fails without any fault.");
        var calls = probe.Calls;
        Assert.True(calls.Count > 0, "The write path makes no storage call that the probe sees.");
        await check(subject);
        return calls;
    }

    private static async Task RepeatAsync<TCase>(TCase subject, Func<TCase, Task<bool>> act)
    {
        for (var i = 0; i < RetriesMax; i++)
            if (await AttemptAsync(subject, act)) return;
        Assert.Fail($"Still not done after {RetriesMax} tries.");
    }

    private static Task<bool> AttemptAsync<TCase>(TCase subject, Func<TCase, Task<bool>> act) =>
        SettleAsync(Task.Run(() => act(subject)));

    private static async Task<bool> SettleAsync(Task<bool> attempt)
    {
        try
        {
            return await attempt;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            // What a queue or a client does with a fault: try again.
            return false;
        }
    }
}

/// <summary>How many faults each path survived, written to <c>TestResults/faults.md</c> after the run.</summary>
public static class FaultsTried
{
    private static readonly ConcurrentDictionary<string, int> Counts = new(StringComparer.Ordinal);

    public static void Add(string name, int count) => Counts.AddOrUpdate(name, count, (_, before) => before + count);

    public static void WriteDown()
    {
        if (Counts.IsEmpty) return;
        var lines = Counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"| {c.Key} | {c.Value} |");
        Directory.CreateDirectory("TestResults");
        File.WriteAllLines(
            Path.Combine("TestResults", "faults.md"),
            ["| path | faults |", "|---|---|", .. lines, $"| together | {Counts.Values.Sum()} |"]);
    }
}
