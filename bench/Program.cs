using System.Globalization;
using BenchmarkDotNet.Running;
using CustomerFunctions.Bench;

switch (args)
{
    // Requests, messages and the timer's work beside their floors.
    case ["paths"]:
        await PathRun.RunAsync(CancellationToken.None);
        return 0;

    case ["parsing"]:
        ImportRun.Parse();
        return 0;

    case ["exports"]:
        await PathRun.RunExportsAsync(CancellationToken.None);
        return 0;

    case ["imports"]:
        await PathRun.RunImportsAsync(CancellationToken.None);
        return 0;

    // Files of the given numbers of rows, in and out, with the app's peak memory; and as rehearsals.
    case ["files", .. var sizes]:
        await FileRun.RunAsync(Rows(sizes, [10_000, 100_000]), isRehearsal: false, CancellationToken.None);
        return 0;

    case ["rehearsals", .. var sizes]:
        await FileRun.RunAsync(Rows(sizes, [100_000, 1_000_000]), isRehearsal: true, CancellationToken.None);
        return 0;

    // Pure code.
    default:
        BenchmarkSwitcher.FromAssembly(typeof(PathRun).Assembly).Run(args);
        return 0;
}

static int[] Rows(string[] sizes, int[] otherwise) => sizes is []
    ? otherwise
    : [.. sizes.Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
