using CustomerFunctions.Cards.Storage;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Cards;

/// <summary>Loyalty cards, of programs that keep their points on cards.</summary>
public static class CardsArea
{
    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddCards(this FunctionsApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<CardsTable>().AddTable(CardsTable.TableName)
            .AddSingleton<CardMembersTable>().AddTable(CardMembersTable.TableName)
            .AddSingleton<CardTriesTable>().AddTable(CardTriesTable.TableName)
            .AddSingleton<CardBatchesTable>().AddTable(CardBatchesTable.TableName)
            .AddSingleton<CardBatchFiles>().AddContainer(CardBatchFiles.ContainerName)
            .AddSingleton<BulkCards>()
            .AddSingleton<CardSeals>()
            .AddSingleton<CardWriter>()
            .AddSingleton<CardMaker>()
            .AddSingleton<CardMembership>()
            .AddSingleton<CardVerifier>()
            .AddSingleton<CardDesk>()
            .AddSingleton<CardDirectory>().AddSingleton<CardIntake>()
            .AddSingleton<IWalletOwners, CardOwners>()
            .AddSingleton<IForgets, ForgottenMembers>().AddSingleton<IMoves, MergedMembers>()
            .AddSingleton<IDescribes, DescribedMemberships>();
        return builder;
    }
}
