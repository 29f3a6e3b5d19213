using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>A customer with more sessions than a page of storage holds.</summary>
public sealed class ManySessionsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const int Count = 1100;

    [Fact]
    public async Task Every_session_is_in_the_document_and_none_is_left_after_the_erasure()
    {
        var till = await Till.OpenAsync(app);
        var zoe = new MarkedCustomer(app, till, MarkedCustomer.NewMark());
        await zoe.RegisterAsync();
        var key = await zoe.KeyAsync();
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await CloseAsync(key, i));

        app.Probe.Count();
        var page = (await till.Shop.GetAsync($"profiles/{zoe.Id}/sessions")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"s-{i}"), page.Select(s => (string)s!["sessionId"]!));
        Assert.Equal(3, app.Probe.Calls.Count);
        var product = (await till.Shop.GetAsync($"profiles/{zoe.Id}/products")).Expect(200).Json["items"]![0]!;
        Assert.Equal((Count, Count), ((int)product["transactions"]!, (int)product["count"]!));
        var data = (await till.Shop.GetAsync($"profiles/{zoe.Id}/data")).Expect(200).Json;
        Assert.Equal(Count, data["sessions"]!.AsArray().Select(s => (string)s!["sessionId"]!).Distinct().Count());

        (await till.Shop.DeleteAsync($"profiles/{zoe.Id}")).Expect(204);
        var index = app.Services.GetRequiredService<SessionIndex>();
        Assert.Equal(0, await index.ReadAsync(AppEnvironment.Live, key, null, 1000, default).CountAsync());
        Assert.Equal(0, await index.ReadSalesAsync(AppEnvironment.Live, key, null, 1000, default).CountAsync());
        var sessions = app.Services.GetRequiredService<SessionTable>();
        foreach (var i in (int[])[0, 999, 1000, 1099])
        {
            var left = (await sessions.FindAsync(KeyOf(i), default)).Session!;
            Assert.True(left.IsErased);
            Assert.Equal((350, ""), (left.Content.Total, left.Content.Items[0].Sku));
        }
    }

    private static SessionKey KeyOf(int i) => SessionKey.Of(AppEnvironment.Live, "shop", $"s-{i}");

    private async Task CloseAsync(ProfileKey key, int i)
    {
        var at = app.Clock.GetUtcNow().AddMinutes(-i);
        var session = new Session
        {
            SessionId = $"s-{i}",
            Application = "shop",
            State = SessionState.Closed,
            Customer = new Customer(key.ToString(), IsTrusted: true),
            Content = new SessionContent
            {
                Channel = SalesChannel.Online,
                Currency = "EUR",
                Items = [new SessionLine("TEA", "Tea", null, 1, 350, new Dictionary<string, System.Text.Json.JsonElement>())],
            },
            RequestHash = "",
            CreatedAt = at,
            UpdatedAt = at,
            Close = new SessionClose("close", at, "application:shop", []),
            Intents = 1,
        };
        var index = app.Services.GetRequiredService<SessionIndex>();
        var sessions = app.Services.GetRequiredService<SessionTable>();
        await index.AddAsync(KeyOf(i), session with { Intents = 0 }, default);
        await sessions.WriteAsync(new StoredSession(KeyOf(i), null), session, default);
        Assert.True(await index.TryWriteAsync(KeyOf(i), session with { Close = null }, session, default));
    }
}
