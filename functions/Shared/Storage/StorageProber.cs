namespace CustomerFunctions.Shared.Storage;

/// <summary>Asks storage for something small.</summary>
public sealed class StorageProber(StorageAccount storage)
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(5);

    /// <summary>True when Table and Blob storage both answer within five seconds.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(WaitMax);
        try
        {
            await storage.Table(DueIndex.TableName).FindAsync("health", "health", limit.Token);
            await storage.Blobs.GetBlobContainersAsync(prefix: "health", cancellationToken: limit.Token)
                .AsPages(pageSizeHint: 1).GetAsyncEnumerator(limit.Token).MoveNextAsync();
            return true;
        }
        catch (Exception e) when (e.IsUnanswered()
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }
}
