using System.Net;
using System.Net.Sockets;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using CustomerFunctions.Local.Host.Azurite;

namespace CustomerFunctions.Local.Host.Tests.Azurite;

public sealed class AzuriteProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("azurite").FullName;

    [Fact]
    public async Task What_was_written_to_disk_is_there_after_a_restart()
    {
        var options = new AzuriteOptions { Location = _folder };
        await using (var first = await AzuriteProcess.StartAsync(options, default))
        {
            await new TableServiceClient(first.ConnectionString).CreateTableAsync("kept");
            await new BlobContainerClient(first.ConnectionString, "kept").CreateAsync();
        }

        await using var second = await AzuriteProcess.StartAsync(options, default);
        await new TableClient(second.ConnectionString, "kept").AddEntityAsync(new TableEntity("p", "r"));
        Assert.True(await new BlobContainerClient(second.ConnectionString, "kept").ExistsAsync());
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var fault = await Assert.ThrowsAsync<LocalHostException>(
            () => AzuriteProcess.StartAsync(new AzuriteOptions { TablePort = port }, default));
        Assert.Equal($"Port {port}, which Azurite needs, is taken by another program.", fault.Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
