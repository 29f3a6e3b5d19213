using System.Globalization;
using BenchmarkDotNet.Running;
using CustomerFunctions.Bench;

switch (args)
{
    // Requests, messages and the timer's work beside their floors.
    case ["paths"]:
        await PathRun.RunAsync(CancellationToken.None);
        return 0;

    case ["exports"]:
        await PathRun.RunExportsAsync(CancellationToken.None);
        return 0;

    case ["imports"]:
        ImportRun.Parse();
        await PathRun.RunImportsAsync(CancellationToken.None);
        return 0;

    // Files of the given numbers of rows, in and out, with the app's peak memory.
    case ["files", .. var sizes]:
        int[] rows = [.. sizes.Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        await FileRun.RunAsync(rows is [] ? [100_000, 1_000_000] : rows, CancellationToken.None);
        return 0;

    // Pure code.
    default:
        BenchmarkSwitcher.FromAssembly(typeof(PathRun).Assembly).Run(args);
        return 0;
}
