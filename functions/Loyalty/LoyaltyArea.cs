using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Loyalty;

/// <summary>Programs and points.</summary>
public static class LoyaltyArea
{
    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddLoyalty(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ProgramTable>().AddTable(ProgramTable.TableName);
        builder.Services.AddSingleton<WalletTable>().AddTable(WalletTable.TableName);
        builder.Services.AddSingleton<WalletWriter>();
        builder.Services.AddSingleton<ProgramCatalog>();
        builder.Services.AddSingleton<ChainAnchors>().AddContainer(ChainAnchors.ContainerName);
        builder.Services.AddSingleton<WalletScan>();
        builder.Services.AddSingleton<WalletLog>();
        builder.Services.AddSingleton<AuditsTable>().AddTable(AuditsTable.TableName);
        builder.Services.AddSingleton(AuditPace.Default);
        builder.Services.AddSingleton<WalletChanges>();
        builder.Services.AddSingleton<PointsLedger>();
        builder.Services.AddSingleton<PointsTransfers>();
        builder.Services.AddSingleton<WalletReader>();
        builder.Services.AddSingleton<WalletDoor>();
        builder.Services.AddSingleton<IWalletOwners, ProfileOwners>();
        builder.Services.AddSingleton<IForgets, ForgetPoints>();
        builder.Services.AddSingleton<IDescribes, DescribedPoints>();
        builder.Services.AddSingleton<IMoves, WalletMerges>();
        builder.Services.AddSingleton<IListsJobs, AuditJobs>();
        return builder;
    }
}
