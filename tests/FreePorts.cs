using System.Net;
using System.Net.Sockets;

namespace CustomerFunctions.Tests;

/// <summary>Ports for hosts that tests start. They lie below those that systems give to connections, so that none is
/// taken between being found free and being listened on.</summary>
internal static class FreePorts
{
    private const int First = 12_000;
    private const int Count = 18_000;

    // Test assemblies run side by side: each begins somewhere else.
    private static int _last = Random.Shared.Next(Count);

    public static int[] Take(int count) => [.. Candidates().Where(IsFree).Take(count)];

    private static IEnumerable<int> Candidates()
    {
        while (true) yield return First + (int)((uint)Interlocked.Increment(ref _last) % Count);
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
