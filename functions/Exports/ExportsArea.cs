using System.ComponentModel.DataAnnotations;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Exports;

/// <summary>Settings under <c>Exports__</c>.</summary>
public sealed class ExportsOptions
{
    /// <summary>How many days a file is kept.</summary>
    [Range(1, 365)]
    public int KeepDays { get; set; } = 7;

    /// <summary>The same as a time.</summary>
    public TimeSpan KeepTime => TimeSpan.FromDays(KeepDays);
}

/// <summary>Files of customers, transactions and points, given out whatever their size.</summary>
public static class ExportsArea
{
    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddExports(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddOptions<ExportsOptions>().BindConfiguration("Exports")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ExportsTable>().AddTable(ExportsTable.TableName);
        builder.Services.AddSingleton<ExportFiles>().AddContainer(ExportFiles.ContainerName);
        builder.Services.AddSingleton<CustomerNames>().AddSingleton<ExportKinds>().AddSingleton<ExportOrders>()
            .AddSingleton<IExportRows, CustomerRows>()
            .AddSingleton<IExportRows, TransactionRows>()
            .AddSingleton<IExportRows, LoyaltyLogRows>();
        builder.Services.AddSingleton<IForgets, ForgottenExports>().AddSingleton<IListsJobs, ExportJobs>();
        return builder;
    }
}
