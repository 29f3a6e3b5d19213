using BenchmarkDotNet.Running;
using CustomerFunctions.Bench;

// `-- paths` measures whole paths beside their floors; anything else goes to BenchmarkDotNet.
if (args is ["paths", ..])
{
    await PathRun.RunAsync(CancellationToken.None);
    return 0;
}

// Exports alone, which take most of the time.
if (args is ["exports", ..])
{
    await PathRun.RunExportsAsync(CancellationToken.None);
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(PathRun).Assembly).Run(args);
return 0;
