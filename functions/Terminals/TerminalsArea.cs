using CustomerFunctions.Loyalty;
using CustomerFunctions.Orders;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Terminals;

/// <summary>Payments of terminals: what was paid, whose it is, and what it earns.</summary>
public static class TerminalsArea
{
    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddTerminals(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddOptions<TerminalsOptions>().BindConfiguration("Terminals")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton<PaymentTable>().AddTable(PaymentTable.TableName)
            .AddSingleton<PaymentIndex>().AddTable(PaymentIndex.TableName)
            .AddSingleton<RejectedTable>().AddTable(RejectedTable.TableName)
            .AddSingleton<CustomerPayments>().AddTable(CustomerPayments.TableName)
            .AddSingleton<PaymentPlaces>()
            .AddSingleton<PaymentHistory>()
            .AddSingleton<TransactionHistory>()
            .AddSingleton<PaymentSteps>()
            .AddSingleton<PaymentOwners>()
            .AddSingleton<PaymentReconciler>()
            .AddSingleton<PaymentWriter>()
            .AddSingleton<PaymentDecisions>()
            .AddSingleton<CardLinking>()
            .AddSingleton<PaymentIntake>()
            .AddSingleton<PaymentAnswers>()
            .AddSingleton<PatientReception>()
            .AddSingleton<ILearnedFingerprints, LearnedPayments>()
            .AddSingleton<IEarningRecords, RecordedPayments>()
            .AddSingleton<IForgets, ForgottenPayments>()
            .AddSingleton<IForgets, ForgottenRejections>()
            .AddSingleton<IDescribes, DescribedPayments>();
        return builder;
    }
}
