using CustomerFunctions.Local.Host.Durable;
using CustomerFunctions.Local.Host.Tests.Azurite;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Local.Host.Tests.Durable;

/// <summary>An app with the test orchestrators, over the shared Azurite with names of its own.</summary>
internal sealed class DurableApp(TestApp app) : IAsyncDisposable
{
    /// <summary>Replaces the number of host.json.</summary>
    public const string ActivitiesAtOnce =
        "AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions";

    public DurableTaskClient Client { get; } = app.Host.Services.GetRequiredService<DurableTaskClient>();

    public static async Task<DurableApp> StartAsync(AzuriteFixture azurite, string? prefix = null) => new(
        await TestApp.StartAsync(
            options =>
            {
                options.StorageConnection = azurite.ConnectionString;
                options.Prefix = prefix ?? NewPrefix();
                options.ActivityRedelivery = TimeSpan.FromSeconds(2);
                options.Settings[ActivitiesAtOnce] = "8";
                options.Configure = builder => builder.Services.AddDurableTask(options);
            },
            typeof(Orchestrators)));

    public static string NewPrefix() => $"d{Guid.NewGuid():N}"[..12];

    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null, string? id = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, new(id), cancel);
        return await EndAsync(id);
    }

    public async Task<OrchestrationMetadata> EndAsync(string id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        return await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, limit.Token);
    }

    public Task IsAsync(string id, OrchestrationRuntimeStatus status) => Eventually.True(async () =>
        (await Client.GetInstanceAsync(id, TestContext.Current.CancellationToken))?.RuntimeStatus == status);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
