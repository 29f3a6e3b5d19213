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
            .AddSingleton<CustomerFinder>()
            .AddSingleton<SessionAwards>()
            .AddSingleton<SessionClosing>()
            .AddSingleton<SessionWriter>()
            .AddSingleton<TentativePoints>()
            .AddSingleton<SessionAnswers>()
            .AddSingleton<IForgets, ForgottenCards>();
        return builder;
    }
}
