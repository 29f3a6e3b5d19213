using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Local.Host.Cli;

/// <summary>What a person needs to know once the host listens.</summary>
internal static class Greeting
{
    /// <summary>The setting that says where mails and text messages are put without a server for them.</summary>
    public const string LettersSetting = "Letters__Folder";

    /// <summary>Where they are put when nothing is said.</summary>
    public const string LettersDefault = ".local/outbox";

    public static string For(LocalHost host, Dictionary<string, string?> settings, string storage)
    {
        var prefix = host.Services.GetRequiredService<HostSettings>().HostJson["extensions:http:routePrefix"] ?? "api";
        var http = $"{host.BaseAddress}{prefix.Trim('/')}".TrimEnd('/');
        var key = settings.GetValueOrDefault(LocalSettings.BootstrapKey);
        var web = host.Catalog.StartedBy<HttpTriggerAttribute>().Count();
        return
            $"""

            CustomerFunctions listens at {http}
              functions      {host.Catalog.All.Count}, of which {web} over HTTP
              storage        {storage}
              Service Bus    {settings.GetValueOrDefault(ServiceBusSetting.Name)}
              letters        {settings.GetValueOrDefault(LettersSetting)}
              bootstrap key  {key}

            Next:
              curl {http}/health/ready
              node samples/tour.mjs

            Ctrl+C stops everything that was started here.

            """;
    }
}
