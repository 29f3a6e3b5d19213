using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Tests.Harness;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
// One more than the two cores that the suite is made for: most of a test is waiting for storage.
[assembly: Parallelization(MaxThreads = 3)]

namespace CustomerFunctions.Tests.Harness;

/// <summary>Azurite in memory for the whole run; if there are several, apps take them in turns. Apps keep apart by table
/// prefix.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const int Count = 2;
    private readonly List<AzuriteProcess> _all = [];
    private int _given;

    /// <summary>The storage of the next app; another one each time.</summary>
    public string NextConnection() => _all.Count > 0
        ? _all[Interlocked.Increment(ref _given) % _all.Count].ConnectionString
        : throw new InvalidOperationException("Azurite is not running.");

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < Count; i++)
            _all.Add(await AzuriteProcess.StartAsync(new AzuriteOptions(), TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var azurite in _all) await azurite.DisposeAsync();
        FaultsTried.WriteDown();
    }
}
