using System.ComponentModel.DataAnnotations;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Lifecycle;

/// <summary>Settings under <c>Lifecycle__</c>.</summary>
public sealed class LifecycleOptions
{
    /// <summary>How long a request works on an erasure, in seconds; what is left then is done by the timer. The
    /// platform
    /// lets a request wait for 230 seconds.</summary>
    [Range(0, 200)]
    public int EraseSeconds { get; set; } = 20;
}

/// <summary>What concerns a customer in every area at once.</summary>
public static class LifecycleArea
{
    /// <summary>Registers the area. Needs all others.</summary>
    public static FunctionsApplicationBuilder AddLifecycle(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddOptions<LifecycleOptions>().BindConfiguration("Lifecycle")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Erasure>().AddSingleton<PointsOverview>();
        builder.Services.AddSingleton<ProfileMerging>().AddSingleton<MergeForesight>();
        builder.Services.AddSingleton<Reconciling>();
        return builder;
    }
}
