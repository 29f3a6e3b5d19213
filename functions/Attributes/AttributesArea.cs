using CustomerFunctions.Attributes.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Attributes;

/// <summary>Custom attributes: which there are, and what values they take.</summary>
public static class AttributesArea
{
    /// <summary>Registers the area. Needs Shared and Access.</summary>
    public static FunctionsApplicationBuilder AddAttributes(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddTable(AttributesTable.TableName)
            .AddSingleton<AttributesTable>().AddSingleton<AttributeCatalog>();
        return builder;
    }
}
