using System.Net;
using System.Net.Sockets;
using CustomerFunctions.Events;

namespace CustomerFunctions.Tests.Events;

/// <summary>Connections to hosts that callers name.</summary>
public sealed class GuardedConnectionsTests : IDisposable
{
    private readonly TcpListener _here = new(IPAddress.IPv6Any, 0);

    public GuardedConnectionsTests()
    {
        _here.Server.DualMode = true;
        _here.Start();
    }

    public void Dispose() => _here.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("0x7f000001")]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("10.0.0.1")]
    [InlineData("[::ffff:10.0.0.1]")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("168.63.129.16")]
    [InlineData("224.0.0.1")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd00::1]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("[ff02::1]")]
    public async Task An_address_of_our_own_network_is_refused_before_anything_is_sent(string host)
    {
        using var http = new HttpClient(GuardedConnections.Open(allowPrivate: false));
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(Url(host)));
        Assert.IsType<AddressRefusedException>(fault.InnerException);
        Assert.False(_here.Pending());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task An_installation_may_allow_them(string host)
    {
        using var http = new HttpClient(GuardedConnections.Open(allowPrivate: true));
        var asking = http.GetAsync(Url(host), HttpCompletionOption.ResponseHeadersRead);
        using var client = await _here.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(
            "HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var answer = await asking;
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private Uri Url(string host) => new($"http://{host}:{((IPEndPoint)_here.LocalEndpoint).Port}/latest/meta-data");
}
