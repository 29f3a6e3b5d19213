using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Local.Host;

/// <summary>Leaves the process's signals to whoever started the host.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
