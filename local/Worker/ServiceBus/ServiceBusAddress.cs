using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace CustomerFunctions.Local.Worker;

/// <summary>A Service Bus connection string, read.</summary>
/// <param name="Text">The string itself.</param>
/// <param name="Host">The namespace's host name.</param>
/// <param name="Port">5671 (TLS) for a namespace, 5672 for an emulator, unless given.</param>
/// <param name="KeyName">Name of the shared access key.</param>
/// <param name="Key">The shared access key.</param>
/// <param name="IsEmulator">True for <c>UseDevelopmentEmulator=true</c>: no TLS.</param>
/// <param name="EntityPath">The one entity that the string is for; null for all.</param>
public sealed record ServiceBusAddress(
    string Text, string Host, int Port, string KeyName, string Key, bool IsEmulator, string? EntityPath)
{
    private const int TlsPort = 5671;
    private const int PlainPort = 5672;

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="FormatException">It has no endpoint or no key.</exception>
    public static ServiceBusAddress Parse(string connectionString)
    {
        var parts = connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);
        if (!parts.TryGetValue("Endpoint", out var endpoint) || !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri))
            throw new FormatException("A Service Bus connection string needs an Endpoint such as sb://localhost.");
        var isEmulator = parts.GetValueOrDefault("UseDevelopmentEmulator") is { } text && bool.Parse(text);
        return new ServiceBusAddress(
            connectionString,
            uri.Host,
            uri.Port > 0 ? uri.Port : isEmulator ? PlainPort : TlsPort,
            Needed(parts, "SharedAccessKeyName"),
            Needed(parts, "SharedAccessKey"),
            isEmulator,
            parts.GetValueOrDefault("EntityPath"));
    }

    /// <summary>The audience under which the service knows an entity.</summary>
    public string Audience(string entityPath) =>
        string.Create(CultureInfo.InvariantCulture, $"amqp{(IsEmulator ? "" : "s")}://{Host}/{entityPath}");

    /// <summary>A shared access signature.
    /// Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas</summary>
    public string Token(string audience, DateTimeOffset expiresAt)
    {
        var resource = WebUtility.UrlEncode(audience);
        var expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"{resource}\n{expiry}"));
        var signature = WebUtility.UrlEncode(Convert.ToBase64String(mac));
        return $"SharedAccessSignature sr={resource}&sig={signature}&se={expiry}&skn={WebUtility.UrlEncode(KeyName)}";
    }

    private static string Needed(Dictionary<string, string> parts, string name) =>
        parts.GetValueOrDefault(name) is { Length: > 0 } value
            ? value
            : throw new FormatException($"A Service Bus connection string needs {name}.");
}
