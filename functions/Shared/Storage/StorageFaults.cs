using System.Net.Sockets;
using Azure;
using Azure.Data.Tables;

namespace CustomerFunctions.Shared.Storage;

/// <summary>What a failed storage call means.</summary>
public static class StorageFaults
{
    /// <summary>A row that should be new is there already.</summary>
    public static bool IsConflict(this RequestFailedException fault) => fault.Status == 409;

    /// <summary>A row is no longer as it was read, or is gone.</summary>
    public static bool IsStale(this RequestFailedException fault) => fault.Status is 412 or 404;

    /// <summary>Somebody else was faster: worth reading and deciding again.</summary>
    public static bool IsLostRace(this RequestFailedException fault) => fault.IsConflict() || fault.IsStale();

    /// <summary>No answer, or one that leaves open whether the call took effect.</summary>
    public static bool IsUnanswered(this Exception fault) => fault switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        AggregateException many => many.InnerExceptions.All(IsUnanswered),
        // Cancelled by nobody but the client's own time-out; callers look at their token first.
        OperationCanceledException => true,
        HttpRequestException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Reads a row, or null when there is none.</summary>
    public static async Task<TableEntity?> FindAsync(
        this TableClient table, string partition, string row, CancellationToken cancel)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancel);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Inserts a row; false when it is there already.</summary>
    public static async Task<bool> TryInsertAsync(this TableClient table, TableEntity entity, CancellationToken cancel)
    {
        try
        {
            await table.AddEntityAsync(entity, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsConflict())
        {
            return false;
        }
    }

    /// <summary>Replaces a row that is still as it was read; false when it is not.</summary>
    public static async Task<bool> TryReplaceAsync(
        this TableClient table, TableEntity entity, ETag etag, CancellationToken cancel)
    {
        try
        {
            await table.UpdateEntityAsync(entity, etag, TableUpdateMode.Replace, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return false;
        }
    }

    /// <summary>Deletes a row that is still as it was read; false when it is not.</summary>
    public static async Task<bool> TryDeleteAsync(
        this TableClient table, string partition, string row, ETag etag, CancellationToken cancel)
    {
        try
        {
            var answer = await table.DeleteEntityAsync(partition, row, etag, cancel);
            return answer.Status != 404;
        }
        catch (RequestFailedException e) when (e.IsStale())
        {
            return false;
        }
    }
}
