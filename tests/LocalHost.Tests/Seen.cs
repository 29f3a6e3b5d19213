using System.Threading.Channels;

namespace CustomerFunctions.Local.Host.Tests;

/// <summary>What test functions saw, in order; a test waits for the next, within a deadline.</summary>
public sealed class Seen<T>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    /// <summary>How many were not yet taken.</summary>
    public int Waiting => _items.Reader.Count;

    public void Add(T item) => Assert.True(_items.Writer.TryWrite(item));

    public async Task<T> NextAsync()
    {
        using var limit = new CancellationTokenSource(Deadline);
        return await _items.Reader.ReadAsync(limit.Token);
    }
}
