using System.Text.RegularExpressions;

namespace CustomerFunctions.Local.Host.Cli;

/// <summary>The setting that says where Service Bus is.</summary>
internal static partial class ServiceBusSetting
{
    public const string Name = "ServiceBus";

    private const int DefaultPort = 5672;

    /// <summary>The port of the local Service Bus; one from the command line is written into the setting, so that
    /// the app sends there.</summary>
    public static int Choose(int? wanted, Dictionary<string, string?> settings)
    {
        var connection = settings.GetValueOrDefault(Name) ?? "";
        var port = PortOf(connection);
        if (wanted is null || wanted == port || !IsLocal(connection)) return port;
        settings[Name] = Endpoint().Replace(connection, $"Endpoint=sb://localhost:{wanted}");
        return wanted.Value;
    }

    public static bool IsLocal(string connection) =>
        connection.Contains("UseDevelopmentEmulator=true", StringComparison.OrdinalIgnoreCase);

    private static int PortOf(string connection) =>
        Endpoint().Match(connection) is { Success: true } match
        && Uri.TryCreate(match.Groups[1].Value, UriKind.Absolute, out var uri) && uri.Port > 0
            ? uri.Port
            : DefaultPort;

    [GeneratedRegex("Endpoint=([^;]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Endpoint();
}
