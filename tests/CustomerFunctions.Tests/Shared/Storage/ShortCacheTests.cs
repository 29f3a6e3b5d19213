using CustomerFunctions.Shared.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CustomerFunctions.Tests.Shared.Storage;

public sealed class ShortCacheTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_loaded_while_it_was_forgotten_is_not_kept(bool all)
    {
        var cache = new ShortCache<string>(new FakeTimeProvider());
        var early = await cache.GetAsync("key", () =>
        {
            // The change that this stands for came after the row had been read.
            if (all) cache.Clear();
            else cache.Forget("key");
            return Task.FromResult<string?>("old");
        });
        Assert.Equal("old", early);
        Assert.Equal("new", await cache.GetAsync("key", () => Task.FromResult<string?>("new")));
        Assert.Equal("new", await cache.GetAsync("key", () => Task.FromResult<string?>("later")));
    }
}
