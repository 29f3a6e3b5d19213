using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Local.Host.Http;

/// <summary>Serves functions with an HTTP trigger.</summary>
internal static class HttpTriggers
{
    public static IServiceCollection AddHttpTriggers(this IServiceCollection services) =>
        services
            .AddRouting()
            .AddSingleton<FunctionRoutes>()
            .AddSingleton<HttpInvocation>()
            .AddSingleton<HttpListener>()
            .AddSingleton<IHostedService>(provider => provider.GetRequiredService<HttpListener>());
}
