using CustomerFunctions.Local.Host.Azurite;
using CustomerFunctions.Local.Host.Tests.Azurite;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace CustomerFunctions.Local.Host.Tests.Azurite;

/// <summary>One Azurite in memory for all tests; each test takes names of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteProcess? _azurite;

    public string ConnectionString => _azurite!.ConnectionString;

    public async ValueTask InitializeAsync() =>
        _azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null) await _azurite.DisposeAsync();
    }
}
