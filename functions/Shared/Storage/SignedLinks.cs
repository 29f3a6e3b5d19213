using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace CustomerFunctions.Shared.Storage;

/// <summary>Links to one blob that hold for a while without any other key: signed with the account's key where there is
/// one, else with a user delegation key.</summary>
public sealed class SignedLinks(StorageAccount storage, TimeProvider clock)
{
    /// <summary>How far a link's beginning is dated back, for clocks that differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>A link that allows what it says.</summary>
    /// <param name="blob">To what.</param>
    /// <param name="permissions">What it allows.</param>
    /// <param name="age">How long.</param>
    /// <param name="more">Further terms; null for none.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Uri> SignAsync(
        BlobBaseClient blob, BlobSasPermissions permissions, TimeSpan age, Action<BlobSasBuilder>? more,
        CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var signed = new BlobSasBuilder(permissions, now + age)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            StartsOn = now - ClockSkew,
        };
        more?.Invoke(signed);
        if (blob.CanGenerateSasUri) return blob.GenerateSasUri(signed);
        var key = await storage.Blobs.GetUserDelegationKeyAsync(now - ClockSkew, now + age, cancel);
        return new BlobUriBuilder(blob.Uri) { Sas = signed.ToSasQueryParameters(key.Value, blob.AccountName) }.ToUri();
    }
}
