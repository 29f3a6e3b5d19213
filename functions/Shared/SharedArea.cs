using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Shared;

/// <summary>What every area stands on: clock, storage, due index, request ids and problem documents.</summary>
public static class SharedArea
{
    /// <summary>Registers the shared kernel; first, so that its middleware is the outermost.</summary>
    public static FunctionsApplicationBuilder AddShared(this FunctionsApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StorageAccount>().AddSingleton<SignedLinks>();
        builder.Services.AddHostedService<StorageAtStart>();
        builder.Services.AddSingleton<StorageProber>();
        builder.Services.AddSingleton<DueIndex>().AddTable(DueIndex.TableName);
        builder.UseMiddleware<ProblemMiddleware>();
        return builder;
    }
}
