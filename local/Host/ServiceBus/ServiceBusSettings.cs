using CustomerFunctions.Local.Worker;
using Microsoft.Extensions.Configuration;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Finds the connection that a binding names.</summary>
internal static class ServiceBusSettings
{
    /// <summary>The setting of bindings that name none.</summary>
    public const string Default = "ServiceBus";

    /// <summary>A setting's connection string, with or without the prefix that the real host allows;
    /// null when it is not there.</summary>
    public static ServiceBusAddress? Connection(IConfiguration configuration, string? name)
    {
        name = string.IsNullOrEmpty(name) ? Default : name;
        var text = configuration[$"AzureWebJobs{name}"] ?? configuration[name]
            ?? configuration.GetConnectionString(name);
        return string.IsNullOrWhiteSpace(text) ? null : ServiceBusAddress.Parse(text);
    }
}
