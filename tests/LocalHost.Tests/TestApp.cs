using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Local.Host.Tests;

/// <summary>A small app of the given function classes, started on a free port.</summary>
internal sealed class TestApp(LocalHost host) : IAsyncDisposable
{
    public LocalHost Host { get; } = host;

    public HttpClient Client { get; } = new() { BaseAddress = host.BaseAddress };

    public static Task<TestApp> StartAsync(params Type[] functions) => StartAsync(_ => { }, functions);

    public static async Task<TestApp> StartAsync(Action<LocalHostOptions> change, params Type[] functions)
    {
        var options = new LocalHostOptions
        {
            Url = "http://localhost:0",
            App = typeof(TestApp).Assembly,
            EntryPoint = Run,
            Serves = functions.Contains,
            ServiceBusPort = 0,
            RunTimers = false,
            Settings = { ["AzureFunctionsJobHost__extensions__http__routePrefix"] = "api" },
        };
        change(options);
        return new(await LocalHost.StartAsync(options, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }

    private static void Run(string[] arguments)
    {
        var builder = FunctionsApplication.CreateBuilder(arguments);
        builder.ConfigureFunctionsWebApplication();
        builder.Build().Run();
    }
}
