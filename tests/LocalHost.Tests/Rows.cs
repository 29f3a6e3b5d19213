using Azure.Data.Tables;

namespace CustomerFunctions.Local.Host.Tests;

/// <summary>Looks into the host's own tables.</summary>
internal static class Rows
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Waits until some row of the table meets the condition.</summary>
    public static async Task<TableEntity> UntilAsync(string connection, string name, Func<TableEntity, bool> isMet)
    {
        var table = new TableClient(connection, name);
        using var limit = new CancellationTokenSource(Deadline);
        while (true)
        {
            await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: limit.Token))
                if (isMet(row)) return row;
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }
}
