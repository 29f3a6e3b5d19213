using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Shared.Storage;

/// <summary>A table that an area needs.</summary>
public sealed record TableName(string Name);

/// <summary>A blob container that an area needs.</summary>
public sealed record ContainerName(string Name);

/// <summary>Creates the tables and containers that are missing, before the first invocation. In the cloud they are
/// deployed beforehand and each of these calls finds its own already there.</summary>
public sealed class StorageAtStart(
    StorageAccount storage, IEnumerable<TableName> tables, IEnumerable<ContainerName> containers) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(
        tables.Distinct().Select(t => (Task)storage.Table(t.Name).CreateIfNotExistsAsync(cancellationToken))
            .Concat(containers.Distinct().Select(
                c => storage.Container(c.Name).CreateIfNotExistsAsync(cancellationToken: cancellationToken))));

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>How areas name what they need.</summary>
public static class StorageRegistration
{
    /// <summary>Names a table that an area needs.</summary>
    public static IServiceCollection AddTable(this IServiceCollection services, string name) =>
        services.AddSingleton(new TableName(name));

    /// <summary>Names a blob container that an area needs.</summary>
    public static IServiceCollection AddContainer(this IServiceCollection services, string name) =>
        services.AddSingleton(new ContainerName(name));
}
