using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles.Storage;

public sealed class CallCountTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private readonly Customers _customers = new(app);

    [Fact]
    public async Task Reading_and_writing_take_the_calls_that_the_readme_says()
    {
        var (id, n) = (app.NewName("n"), Customers.NewNumber());
        var profile = Customers.New(n);
        Assert.Equal(10, await CallsAsync(() => _customers.PutAsync(id, profile)));
        Assert.Equal(2, await CallsAsync(() => _customers.PutAsync(id, profile)));
        Assert.Equal(3, await CallsAsync(() => _customers.PutAsync(id, profile with { Title = "Ms" })));
        Assert.Equal(5, await CallsAsync(() => _customers.PutAsync(id, profile with { Name = "Other" })));
        Assert.Equal(8, await CallsAsync(() => _customers.PutAsync(
            id, profile with { Name = "Other", Email = $"n{n}@example.com" })));
        profile = profile with { Name = "Other", Email = $"n{n}@example.com" };
        Assert.Equal(6, await CallsAsync(() => _customers.PutAsync(id, profile with { Tags = ["vip"] })));
        Assert.Equal(4, await CallsAsync(() => _customers.PutAsync(id, profile)));
        Assert.Equal(2, await CallsAsync(() => _customers.Directory.FindAsync(Customers.Live, id, Customers.Stop)));
        Assert.Equal(2, await CallsAsync(() => _customers.Directory.FindByContactAsync(
            Customers.Live, $"n{n}@example.com", null, Customers.Stop)));
        await _customers.Directory.ResolveAsync(Customers.Live, id, Customers.Stop);
        Assert.Equal(0, await CallsAsync(() => _customers.Directory.ResolveAsync(Customers.Live, id, Customers.Stop)));
        var key = (await _customers.Directory.FindAsync(Customers.Live, id, Customers.Stop))!.Key;
        Assert.Equal(2, await CallsAsync(() => _customers.Directory.RecordPurchaseAsync(
            Customers.Live, key, new Purchase(1, 5, "EUR", 0, app.Clock.GetUtcNow()) { Channel = SalesChannel.Online }, Customers.NewChange(),
            Customers.Stop)));
    }

    [Fact]
    public async Task A_warm_GET_takes_two_calls()
    {
        var shop = await app.NewApplicationAsync();
        var (id, n) = (app.NewName("n"), Customers.NewNumber());
        (await shop.PutAsync($"profiles/{id}", Customers.Body(n))).Expect(201);
        Assert.Equal(2, await CallsAsync(() => shop.GetAsync($"profiles/{id}")));
        await CallsAsync(() => shop.GetAsync($"profiles?search=customer%20{Customers.Word(n)}"));
        Assert.Equal(16, app.Probe.Calls.Count(c => c.Contains("ProfileSearch", StringComparison.Ordinal)));
    }

    private async Task<int> CallsAsync(Func<Task> act)
    {
        app.Probe.Count();
        await act();
        return app.Probe.Calls.Count;
    }
}
