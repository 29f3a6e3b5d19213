using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Events.Storage;

/// <summary>Lets one publisher at a time work on a shard, by the lease of a blob, so that the events of one aggregate
/// keep their order. A publisher that dies loses its lease after a minute.</summary>
public sealed class PublisherLeases(StorageAccount storage)
{
    /// <summary>The container of the blobs that are leased.</summary>
    public const string ContainerName = "locks";

    // The longest finite lease. Source: Lease Blob, 15 to 60 seconds.
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    private readonly BlobContainerClient _container = storage.Container(ContainerName);

    /// <summary>Runs the work under the shard's lease; false when another publisher has it.</summary>
    public async Task<bool> TryRunAsync(string shard, Func<BlobLeaseClient, Task> work, CancellationToken cancel)
    {
        var blob = _container.GetBlobClient($"outbox-{shard}");
        var lease = blob.GetBlobLeaseClient();
        if (!await TryAcquireAsync(blob, lease, cancel)) return false;
        try
        {
            await work(lease);
        }
        finally
        {
            await ReleaseAsync(lease);
        }

        return true;
    }

    private static async Task<bool> TryAcquireAsync(BlobClient blob, BlobLeaseClient lease, CancellationToken cancel)
    {
        try
        {
            await lease.AcquireAsync(Duration, cancellationToken: cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            await CreateAsync(blob, cancel);
            return await TryAcquireAsync(blob, lease, cancel);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return false;
        }
    }

    private static async Task CreateAsync(BlobClient blob, CancellationToken cancel)
    {
        try
        {
            await blob.UploadAsync(BinaryData.FromString(""), overwrite: false, cancel);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Another publisher made it first: just as good.
        }
    }

    private static async Task ReleaseAsync(BlobLeaseClient lease)
    {
        try
        {
            await lease.ReleaseAsync(cancellationToken: CancellationToken.None);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // It ran out while the work took longer: nothing left to release.
        }
    }
}
