using System.Globalization;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty.Storage;

/// <summary>
/// What the heads of chains were at each midnight, kept where whoever can rewrite the tables cannot: append blobs in a
/// container whose immutability policy allows protected appends only.
/// Container: <c>chain-anchors</c>. Blob: <c>{env}/{program}/{shard 00-3f}/{yyyy-MM}.jsonl</c>, the shard by the
/// wallet. One line: <c>{"wallet":"live|stars|0198…","seq":7,"hash":"9f86…","at":"2026-03-02T00:30:00Z"}</c>.
/// Queries: all lines of a wallet, its shard's blobs; all lines of a shard; all lines of a program.
/// </summary>
public sealed class ChainAnchors(StorageAccount storage)
{
    /// <summary>The container.</summary>
    public const string ContainerName = "chain-anchors";

    /// <summary>Blobs of a program and month, so that one wallet's anchors are found without reading all.</summary>
    public const int Shards = 64;

    // An append takes up to 4 MiB; this leaves the service room.
    private const int BlockBytesMax = 3 * 1024 * 1024;

    private readonly BlobContainerClient _container = storage.Container(ContainerName);

    /// <summary>The shard of a wallet.</summary>
    public static int ShardOf(WalletId wallet) => Hash.Bytes(wallet.ToString())[0] % Shards;

    /// <summary>Anchors the heads of wallets of one program and shard. Twice is harmless.</summary>
    public async Task AppendAsync(
        AppEnvironment environment, string program, int shard, IEnumerable<(WalletId Wallet, ChainAnchor Head)> heads,
        DateTimeOffset at, CancellationToken cancel)
    {
        var month = at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var blob = _container.GetAppendBlobClient($"{Folder(environment, program, shard)}{month}.jsonl");
        await blob.CreateIfNotExistsAsync(cancellationToken: cancel);
        using var block = new MemoryStream();
        foreach (var (wallet, head) in heads)
        {
            block.Write(Encoding.UTF8.GetBytes(
                Json.Write(new Line(wallet.ToString(), head.Seq, head.Hash, head.At)) + "\n"));
            if (block.Length >= BlockBytesMax) await FlushAsync(blob, block, cancel);
        }

        await FlushAsync(blob, block, cancel);
    }

    /// <summary>Everything that was anchored of a wallet. One call, and one for each month.</summary>
    public async Task<IReadOnlyList<ChainAnchor>> OfAsync(WalletId wallet, CancellationToken cancel)
    {
        var found = new List<ChainAnchor>();
        var name = wallet.ToString();
        await foreach (var (anchored, head) in ReadAsync(
            wallet.Environment, wallet.Program, ShardOf(wallet), cancel))
            if (anchored == name) found.Add(head);
        return found;
    }

    /// <summary>Everything that was anchored in a shard, oldest month first.</summary>
    public IAsyncEnumerable<(string Wallet, ChainAnchor Head)> ReadAsync(
        AppEnvironment environment, string program, int shard, CancellationToken cancel) =>
        ReadAsync(Folder(environment, program, shard), cancel);

    /// <summary>Everything that was anchored of a program, shard by shard; of one wallet, the oldest month first. One
    /// call, and two for each blob of up to 4 MiB.</summary>
    public IAsyncEnumerable<(string Wallet, ChainAnchor Head)> ReadAsync(
        AppEnvironment environment, string program, CancellationToken cancel) =>
        ReadAsync(Folder(environment, program), cancel);

    private async IAsyncEnumerable<(string Wallet, ChainAnchor Head)> ReadAsync(
        string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var blobs = _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, folder, cancel);
        await foreach (var blob in blobs)
        {
            await using var content = await _container.GetBlobClient(blob.Name)
                .OpenReadAsync(cancellationToken: cancel);
            using var lines = new StreamReader(content);
            while (await lines.ReadLineAsync(cancel) is { } text)
            {
                if (text.Length == 0) continue;
                var line = Json.Read<Line>(text);
                yield return (line.Wallet, new ChainAnchor(line.Seq, line.Hash, line.At));
            }
        }
    }

    private static string Folder(AppEnvironment environment, string program) => $"{environment.Name()}/{program}/";

    private static string Folder(AppEnvironment environment, string program, int shard) =>
        $"{Folder(environment, program)}{shard.ToString("x2", CultureInfo.InvariantCulture)}/";

    private static async Task FlushAsync(AppendBlobClient blob, MemoryStream block, CancellationToken cancel)
    {
        if (block.Length == 0) return;
        block.Position = 0;
        await blob.AppendBlockAsync(block, cancellationToken: cancel);
        block.SetLength(0);
    }

    private sealed record Line(string Wallet, long Seq, string Hash, DateTimeOffset At);
}
