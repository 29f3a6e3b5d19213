using CustomerFunctions.Loyalty;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Orders;

/// <summary>Sessions, and the cards that they teach.</summary>
public static class OrdersArea
{
    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddOrders(this FunctionsApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<SessionTable>().AddTable(SessionTable.TableName)
            .AddSingleton<FingerprintBook>().AddTable(FingerprintBook.TableName)
            .AddSingleton<SessionIndex>().AddTable(SessionIndex.TableName)
            .AddSingleton<SessionPlaces>()
            .AddSingleton<SessionHistory>()
            .AddSingleton<CustomerFinder>()
            .AddSingleton<SessionAwards>()
            .AddSingleton<SessionPoints>()
            .AddSingleton<SessionFigures>()
            .AddSingleton<SessionSteps>()
            .AddSingleton<SessionWishes>()
            .AddSingleton<SessionWriter>()
            .AddSingleton<TentativePoints>()
            .AddSingleton<SessionAnswers>()
            .AddSingleton<IEarningRecords, RecordedSessions>()
            .AddSingleton<IForgets, ForgottenCards>()
            .AddSingleton<IForgets, ForgottenSessions>()
            .AddSingleton<IDescribes, DescribedSessions>()
            .AddSingleton<IDescribes, DescribedCards>();
        return builder;
    }
}
