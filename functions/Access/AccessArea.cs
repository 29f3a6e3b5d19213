using System.ComponentModel.DataAnnotations;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Access;

/// <summary>Settings under <c>Access__</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>Shortest bootstrap key that is taken: it must not be guessable.</summary>
    public const int BootstrapKeyLengthMin = 32;

    /// <summary>The first admin key; empty disables it.</summary>
    [RegularExpression("^$|^.{32,}$", ErrorMessage = "Access__BootstrapAdminKey needs at least 32 characters.")]
    public string? BootstrapAdminKey { get; set; }
}

/// <summary>Applications, keys, and who may call what.</summary>
public static class AccessArea
{
    /// <summary>Registers the area, with the middleware that asks every HTTP request for its key.</summary>
    public static FunctionsApplicationBuilder AddAccess(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddOptions<AccessOptions>().BindConfiguration("Access")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AccessTable>().AddSingleton<KeyCache>().AddSingleton<ApplicationDirectory>()
            .AddTable(AccessTable.TableName);
        builder.UseMiddleware<AccessMiddleware>();
        return builder;
    }
}
