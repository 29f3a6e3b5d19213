using Azure.Storage.Blobs;
using CustomerFunctions.Local.Host.Durable.Replay;

namespace CustomerFunctions.Local.Host.Durable.Storage;

/// <summary>Payloads too long for a row, one blob each: <c>{hash of instance}/{guid}</c>.</summary>
internal sealed class PayloadBlobs(BlobContainerClient container)
{
    public Task CreateAsync(CancellationToken cancel) => container.CreateIfNotExistsAsync(cancellationToken: cancel);

    /// <summary>Puts the event's payload into a blob when it is too long for a row.</summary>
    public async Task<T> SpillAsync<T>(string instanceId, T carrier, CancellationToken cancel)
        where T : HistoryEvent => (T)await ChangeAsync(carrier, body => SpillAsync(instanceId, body, cancel));

    /// <summary>As the other, for a payload alone.</summary>
    public async Task<Payload?> SpillAsync(string instanceId, Payload? payload, CancellationToken cancel)
    {
        if (payload is not { Blob: null, Text.Length: > Payload.InlineMax }) return payload;
        var name = $"{Keys.Hash(instanceId)}/{Guid.NewGuid():N}";
        await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(payload.Text), cancel);
        return payload with { Blob = name };
    }

    /// <summary>Reads the event's payload when it lies in a blob.</summary>
    public async Task<T> FetchAsync<T>(T carrier, CancellationToken cancel)
        where T : HistoryEvent => (T)await ChangeAsync(carrier, body => FetchAsync(body, cancel));

    /// <summary>As the other, for a payload alone.</summary>
    public async Task<Payload?> FetchAsync(Payload? payload, CancellationToken cancel)
    {
        if (payload is not { Text: null, Blob: { } name }) return payload;
        var content = await container.GetBlobClient(name).DownloadContentAsync(cancel);
        return payload with { Text = content.Value.Content.ToString() };
    }

    /// <summary>Deletes all of one orchestration's blobs.</summary>
    public async Task DeleteAsync(string instanceId, CancellationToken cancel)
    {
        var names = container.GetBlobsAsync(new() { Prefix = $"{Keys.Hash(instanceId)}/" }, cancel);
        await foreach (var blob in names) await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancel);
    }

    private static async Task<HistoryEvent> ChangeAsync(HistoryEvent carrier, Func<Payload?, Task<Payload?>> change) =>
        carrier switch
        {
            ExecutionStarted e => e with { Input = await change(e.Input) },
            ActivityScheduled e => e with { Input = await change(e.Input) },
            SubOrchestrationStarted e => e with { Input = await change(e.Input) },
            EventSent e => e with { Input = await change(e.Input) },
            TaskCompleted e => e with { Result = await change(e.Result) },
            EventRaised e => e with { Input = await change(e.Input) },
            Terminated e => e with { Output = await change(e.Output) },
            _ => carrier,
        };
}
