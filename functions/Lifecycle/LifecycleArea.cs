using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Lifecycle;

/// <summary>What concerns a customer in every area at once.</summary>
public static class LifecycleArea
{
    /// <summary>Registers the area. Needs all others.</summary>
    public static FunctionsApplicationBuilder AddLifecycle(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ProfileMerging>().AddSingleton<MergeForesight>();
        return builder;
    }
}
