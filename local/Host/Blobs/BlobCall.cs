using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using CustomerFunctions.Local.Host.Functions;

namespace CustomerFunctions.Local.Host.Blobs;

/// <summary>Calls a function for one blob.</summary>
internal sealed class BlobCall(FunctionEntry function, IFunctionInvoker invoker)
{
    public async Task InvokeAsync(
        BlobClient blob, BlobItem item, Dictionary<string, string> captured, CancellationToken cancel)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["BlobTrigger"] = $"{blob.BlobContainerName}/{blob.Name}",
            ["Uri"] = blob.Uri.ToString(),
            ["Properties"] = JsonSerializer.Serialize(new
            {
                item.Properties.ContentLength,
                item.Properties.ContentType,
                ETag = item.Properties.ETag?.ToString(),
                item.Properties.LastModified,
            }),
            ["Metadata"] = JsonSerializer.Serialize(item.Metadata),
        };
        foreach (var (word, text) in captured) data[word] = text;
        var wanted = function.TriggerParameter.ParameterType;
        await using var stream = wanted == typeof(Stream) ? await blob.OpenReadAsync(cancellationToken: cancel) : null;
        var value = stream ?? (wanted.IsInstanceOfType(blob) ? blob : await ContentAsync(blob, cancel));
        await invoker.InvokeAsync(new(function, value, data), cancel);
    }

    private static async Task<object> ContentAsync(BlobClient blob, CancellationToken cancel) =>
        (await blob.DownloadContentAsync(cancel)).Value.Content;
}
