using System.Net;
using System.Net.Sockets;
using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Events;

/// <summary>The host of a webhook resolves to an address that webhooks may not go to.</summary>
public sealed class AddressRefusedException() : IOException("The host has an address that webhooks may not go to.");

/// <summary>Connections to hosts that callers name. The addresses are looked at after the name was resolved, and the
/// connection goes to one of those very addresses: a name that resolves differently a moment later changes nothing.
/// </summary>
public static class GuardedConnections
{
    // At most so many bytes of an answer are read; what is longer costs the connection.
    private const int AnswerBytesMax = 64 * 1024;

    // A host that moves is found again.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(2);

    /// <summary>A handler that follows no redirect, keeps no cookie and goes through no proxy, which would connect in
    /// our place.</summary>
    public static SocketsHttpHandler Open(bool allowPrivate) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        MaxResponseDrainSize = AnswerBytesMax,
        PooledConnectionLifetime = ConnectionLife,
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, allowPrivate, cancel),
    };

    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint host, bool allowPrivate, CancellationToken cancel)
    {
        var addresses = IPAddress.TryParse(host.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host.Host, cancel);
        // One that is closed makes the name suspect, whatever else it resolves to.
        if (!allowPrivate && !addresses.All(PublicAddresses.Contain)) throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
