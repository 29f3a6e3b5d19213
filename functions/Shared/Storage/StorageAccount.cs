using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;

namespace CustomerFunctions.Shared.Storage;

/// <summary>
/// The one storage account, reached by connection string (<c>AzureWebJobsStorage</c>) or, in the cloud, by managed
/// identity (<c>AzureWebJobsStorage__tableServiceUri</c> and <c>__blobServiceUri</c>). <c>Storage__Prefix</c> sets
/// several installations in one account apart; tests use it.
/// </summary>
public sealed class StorageAccount
{
    private const string Setting = "AzureWebJobsStorage";
    private readonly TableServiceClient _tables;
    private readonly string _prefix;

    /// <summary>Opens the clients; the policies see every call to Table and Blob storage, retries included.</summary>
    public StorageAccount(IConfiguration configuration, IEnumerable<HttpPipelinePolicy> policies)
    {
        _prefix = configuration["Storage:Prefix"] ?? "";
        var options = new TableClientOptions();
        var blobOptions = new BlobClientOptions();
        foreach (ClientOptions client in (ClientOptions[])[options, blobOptions])
        {
            foreach (var policy in policies) client.AddPolicy(policy, HttpPipelinePosition.PerRetry);
            if (int.TryParse(configuration["Storage:RetriesMax"], out var retries)) client.Retry.MaxRetries = retries;
        }

        if (configuration[Setting] is { Length: > 0 } connection)
        {
            _tables = new TableServiceClient(connection, options);
            Blobs = new BlobServiceClient(connection, blobOptions);
            return;
        }

        var identity = new DefaultAzureCredential();
        _tables = new TableServiceClient(Service(configuration, "tableServiceUri"), identity, options);
        Blobs = new BlobServiceClient(Service(configuration, "blobServiceUri"), identity, blobOptions);
    }

    /// <summary>Blob storage; containers through <see cref="Container"/>.</summary>
    public BlobServiceClient Blobs { get; }

    /// <summary>A table by its own name.</summary>
    public TableClient Table(string name) => _tables.GetTableClient(_prefix + name);

    /// <summary>A blob container by its own name.</summary>
    public BlobContainerClient Container(string name) =>
        Blobs.GetBlobContainerClient(_prefix.ToLowerInvariant() + name);

    private static Uri Service(IConfiguration configuration, string name) =>
        new(configuration[$"{Setting}:{name}"] ?? throw new InvalidOperationException(
            $"Set {Setting} to a connection string, or {Setting}__{name} to the service's address."));
}
