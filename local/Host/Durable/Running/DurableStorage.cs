using System.Globalization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using CustomerFunctions.Local.Host.Durable.Storage;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>The tables and the container of one host.</summary>
internal sealed class DurableStorage
{
    public DurableStorage(LocalHostOptions options)
    {
        var prefix = TablePrefix(options.Prefix);
        var tables = new TableServiceClient(options.StorageConnection);
        var history = tables.GetTableClient($"{prefix}History");
        var container = new BlobServiceClient(options.StorageConnection)
            .GetBlobContainerClient($"{prefix.ToLower(CultureInfo.InvariantCulture)}-durable");
        var blobs = new PayloadBlobs(container);
        Store = new InstanceStore(history, blobs);
        Loader = new InstanceLoader(history, blobs);
        Index = new InstanceIndex(tables.GetTableClient($"{prefix}Instances"));
    }

    public InstanceStore Store { get; }

    public InstanceLoader Loader { get; }

    public InstanceIndex Index { get; }

    public async Task CreateAsync(CancellationToken cancel)
    {
        await Store.CreateAsync(cancel);
        await Store.Blobs.CreateAsync(cancel);
        await Index.CreateAsync(cancel);
    }

    // A table's name holds letters and digits, begins with a letter and has 63 characters at most.
    private static string TablePrefix(string prefix)
    {
        var name = string.Concat(prefix.Where(char.IsAsciiLetterOrDigit));
        if (name.Length == 0 || !char.IsAsciiLetter(name[0])) name = $"h{name}";
        return name[..Math.Min(name.Length, 50)];
    }
}
