using CustomerFunctions.Imports.Cards;
using CustomerFunctions.Imports.Coupons;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Points;
using CustomerFunctions.Imports.Stages;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Imports;

/// <summary>Files of customers, taken in whatever their size.</summary>
public static class ImportsArea
{
    /// <summary>The container into which files are dropped.</summary>
    public const string DropsContainer = "imports";

    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddImports(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ImportsTable>().AddSingleton<ImportTurns>().AddTable(ImportsTable.TableName);
        builder.Services.AddSingleton<ImportFiles>()
            .AddContainer(ImportFiles.UploadsContainer).AddContainer(DropsContainer);
        builder.Services.AddSingleton<WorkBlobs>().AddContainer(WorkBlobs.ContainerName);
        builder.Services.AddSingleton<ImportResults>().AddContainer(ImportResults.ContainerName);
        builder.Services.AddSingleton<WrittenRows>().AddSingleton<ImportAnswers>()
            .AddSingleton<ArrivedFiles>().AddSingleton<AgedImports>()
            .AddSingleton<ImportPreview>();
        builder.Services.AddSingleton<ImportKinds>().AddSingleton<CustomerUse>()
            .AddSingleton<IImportKind, CustomerKind>().AddSingleton<IImportKind, PointsKind>()
            .AddSingleton<IImportKind, CardKind>().AddSingleton<IImportKind, CouponKind>();
        builder.Services.AddSingleton<ScanStage>().AddSingleton<ReadStage>().AddSingleton<ClaimStage>()
            .AddSingleton<ApplyStage>().AddSingleton<FinishStage>();
        builder.Services.AddSingleton<FileErasure>().AddSingleton<ForgottenRows>()
            .AddSingleton<IForgets>(services => services.GetRequiredService<ForgottenRows>());
        builder.Services.AddSingleton<IListsJobs, ImportJobs>();
        return builder;
    }
}
