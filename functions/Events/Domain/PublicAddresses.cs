using System.Net;
using System.Net.Sockets;

namespace CustomerFunctions.Events.Domain;

/// <summary>Which addresses a webhook may go to: those of the public internet. Everything else is a way into our own
/// network, whose doors trust whoever comes from inside.</summary>
public static class PublicAddresses
{
    /// <summary>Special ranges of IPv4. Source: IANA IPv4 Special-Purpose Address Registry; 168.63.129.16 is Azure's
    /// own platform endpoint in every virtual network.</summary>
    private static readonly IPNetwork[] Closed4 = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    /// <summary>All that is routed in the public internet today; loopback, link-local, unique-local and multicast lie
    /// outside. Source: IANA IPv6 Address Space.</summary>
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    /// <summary>Special ranges inside: protocol assignments with Teredo, examples, 6to4. Source: IANA IPv6
    /// Special-Purpose Address Registry.</summary>
    private static readonly IPNetwork[] Closed6 = Parse("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    // RFC 6052: an IPv4 address behind a translator.
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>True for an address of the public internet.</summary>
    public static bool Contain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return Contain(address.MapToIPv4());
        if (address.AddressFamily == AddressFamily.InterNetwork) return !Closed4.Any(n => n.Contains(address));
        if (Translated.Contains(address)) return Contain(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        return Global6.Contains(address) && !Closed6.Any(n => n.Contains(address));
    }

    private static IPNetwork[] Parse(params string[] ranges) => [.. ranges.Select(r => IPNetwork.Parse(r))];
}
