using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace CustomerFunctions.Local.Host.Azurite;

/// <summary>The three ports of one Azurite.</summary>
internal sealed record AzuritePorts(int Blob, int Queue, int Table)
{
    private const string Account = "devstoreaccount1";

    // The key that every Azurite and the Azure SDKs' UseDevelopmentStorage share; it opens nothing else.
    private const string Key =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>The given ports, with free ones in place of zeros.</summary>
    public static AzuritePorts Choose(AzuriteOptions options)
    {
        var free = new Queue<int>(FreePorts(3));
        return new(Pick(options.BlobPort), Pick(options.QueuePort), Pick(options.TablePort));

        int Pick(int wanted) => wanted == 0 ? free.Dequeue() : wanted;
    }

    public IEnumerable<int> All() => [Blob, Queue, Table];

    public string ConnectionString() =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
        + $"BlobEndpoint=http://127.0.0.1:{Blob}/{Account};"
        + $"QueueEndpoint=http://127.0.0.1:{Queue}/{Account};"
        + $"TableEndpoint=http://127.0.0.1:{Table}/{Account};";

    /// <summary>The ports on which somebody listens already.</summary>
    public int[] Taken()
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        return [.. All().Where(port => listening.Any(l => l.Port == port))];
    }

    /// <summary>True once all three accept connections.</summary>
    public async Task<bool> AnswerAsync(CancellationToken cancel)
    {
        foreach (var port in All())
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, cancel);
            }
            catch (SocketException)
            {
                return false;
            }
        }

        return true;
    }

    // All are held open together, so that no port is given twice.
    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(l => l.Start());
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }
}
