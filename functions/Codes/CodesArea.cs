using CustomerFunctions.Codes.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Codes;

/// <summary>Settings under <c>Codes__</c>.</summary>
public sealed class CodesOptions
{
    /// <summary>Whether a letter is sent as soon as it is asked for; otherwise the timer sends it.</summary>
    public bool SendAtOnce { get; set; } = true;
}

/// <summary>Proofs that somebody reads a customer's mail or phone: tokens for new passwords, codes.</summary>
public static class CodesArea
{
    /// <summary>Registers the area. Needs Shared, Access, Messaging and Profiles.</summary>
    public static FunctionsApplicationBuilder AddCodes(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddOptions<CodesOptions>().BindConfiguration("Codes");
        builder.Services.AddTable(CodesTable.TableName)
            .AddSingleton<CodesTable>().AddSingleton<CodeBook>().AddSingleton<LetterPost>()
            .AddSingleton<LetterDesk>().AddSingleton<LetterKick>().AddSingleton<OneTimeCodes>()
            .AddSingleton<IForgets, ForgottenCodes>().AddSingleton<IDescribes, DescribedCodes>();
        return builder;
    }
}
