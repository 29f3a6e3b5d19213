using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Tests.Harness;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
// One more than the two cores that the suite is made for: most of a test is waiting for storage.
[assembly: Parallelization(MaxThreads = 3)]

namespace CustomerFunctions.Tests.Harness;

/// <summary>One Azurite in memory for the whole run; test classes keep apart by table prefix.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    public string ConnectionString =>
        _azurite?.ConnectionString ?? throw new InvalidOperationException("Azurite is not running.");

    public async ValueTask InitializeAsync() =>
        _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
        FaultsTried.WriteDown();
    }
}
