using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Exports;

/// <summary>Files of customers, given out whatever their size.</summary>
public static class ExportsArea
{
    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddExports(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ExportsTable>().AddTable(ExportsTable.TableName);
        builder.Services.AddSingleton<ExportFiles>().AddContainer(ExportFiles.ContainerName);
        builder.Services.AddSingleton<IForgets, ForgottenExports>();
        return builder;
    }
}
