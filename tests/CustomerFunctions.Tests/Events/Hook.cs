using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CustomerFunctions.Events;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace CustomerFunctions.Tests.Events;

/// <summary>One subscription of a shop, its receiver, and events to tell it of.</summary>
internal sealed class Hook(AppUnderTest app, ApiClient shop, Receiver receiver, string name)
    : IAsyncDisposable
{
    public const string Secret = "a-secret-of-the-tests";

    private const string Subscriptions = "events/subscriptions";

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public ApiClient Shop => shop;

    public Receiver Receiver => receiver;

    public string Path => $"{Subscriptions}/{name}";

    /// <summary>A receiver that is told of some events; of <c>profile.erased</c> when nothing is said.</summary>
    public static async Task<Hook> OpenAsync(
        AppUnderTest app, ApiClient? shop = null, string[]? events = null,
        string environment = "live")
    {
        shop ??= await app.NewApplicationAsync(environment);
        var hook = new Hook(app, shop, await Receiver.StartAsync(), app.NewName("hook"));
        (await hook.PutAsync(events ?? ["profile.erased"])).Expect(201);
        return hook;
    }

    public async Task<ApiAnswer> PutAsync(string[] events, string? secret = Secret)
    {
        var answer = await shop.PutAsync(Path, new { url = receiver.Url(), events, secret });
        if (answer.IsSuccess) _ids.Add((await SubscriptionAsync()).Id);
        return answer;
    }

    /// <summary>The subscription as it is stored.</summary>
    public async Task<Subscription> SubscriptionAsync()
    {
        var book = app.Services.GetRequiredService<SubscriptionBook>();
        return await book.FindAsync(AppEnvironment.Live, name, default)
            ?? (await book.FindAsync(AppEnvironment.Sandbox, name, default))!;
    }

    /// <summary>An event of an aggregate, as the publisher sends it.</summary>
    public string Event(string key, long sequence, string environment = "live") => CloudEvent.Write(
        environment, new Aggregate("profile", key), sequence,
        DomainEvent.Of(new ProfileErased(key), app.Clock.GetUtcNow()));

    /// <summary>Delivers an event as the topic would.</summary>
    public Task HearAsync(string key, long sequence) => HearAsync(Event(key, sequence));

    public Task HearAsync(string message) => ActivatorUtilities.CreateInstance<OnCustomerEvent>(app.Services)
        .Run(message, new Mock<FunctionContext>().Object);

    /// <summary>Delivers an event as the topic's dead-letter queue would.</summary>
    public Task HearDeadAsync(string key, long sequence) =>
        ActivatorUtilities.CreateInstance<OnDeadCustomerEvent>(app.Services)
            .Run(Event(key, sequence), new Mock<FunctionContext>().Object);

    /// <summary>Lets the timer do what is due; on another machine when the timer of this one is at work.</summary>
    public Task RoundAsync(bool elsewhere = false) => elsewhere
        ? ActivatorUtilities.CreateInstance<SendWebhooks>(app.Services).Run(new TimerInfo(), default)
        : app.Host.FireTimerAsync(nameof(SendWebhooks));

    /// <summary>Lets some time pass, and what has become due happen.</summary>
    public async Task LaterAsync(TimeSpan time)
    {
        app.Clock.Advance(time);
        await RoundAsync();
    }

    /// <summary>Tells of an event that nobody takes until it is given up.</summary>
    public async Task GiveUpAsync(string key, long sequence)
    {
        receiver.Answer = Receiver.With(500);
        await HearAsync(key, sequence);
        foreach (var pause in WebhookDelivery.Pauses) await LaterAsync((pause * 1.1) + TimeSpan.FromMinutes(1));
        receiver.Answer = Receiver.With(204);
    }

    /// <summary>The events that were given up.</summary>
    public async Task<List<JsonNode?>> DeadAsync() =>
        [.. (await shop.GetAsync($"{Path}/dead")).Expect(200).Json["items"]!.AsArray()];

    public Task<ApiAnswer> ReplayAsync(params string[] eventIds) => eventIds.Length == 0
        ? shop.PostAsync($"{Path}/replay")
        : shop.PostAsync($"{Path}/replay", new { eventIds });

    /// <summary>Everything that is stored of its deliveries.</summary>
    public async Task<List<TableEntity>> RowsAsync() =>
        [.. (await RowsAsync(DeliveriesTable.TableName)).Where(r => _ids.Contains(r.PartitionKey.Split('|')[1]))];

    /// <summary>The marks of what waits.</summary>
    public async Task<List<TableEntity>> MarksAsync() =>
        [.. (await RowsAsync(DueIndex.TableName))
            .Where(r => _ids.Any(id => r.PartitionKey.StartsWith(DeliveryDesk.DueKind(id), StringComparison.Ordinal)))];

    /// <summary>Waits until the receiver has everything.</summary>
    public async Task UntilGoneAsync()
    {
        await receiver.UntilAsync(1);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await RowsAsync()).Count > 0) await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
    }

    /// <summary>Rounds until nothing waits: whoever broke off keeps others from it for a minute.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < 3; i++) await LaterAsync(TimeSpan.FromMinutes(2));
        Assert.DoesNotContain(await RowsAsync(), r => r.PartitionKey.Count(c => c == '|') == 2);
        Assert.Empty(await MarksAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await shop.DeleteAsync(Path);
        await receiver.DisposeAsync();
    }

    private async Task<List<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        // Past the probe: looking is no call of the app's.
        var client = new TableClient(app.StorageConnection, app.Prefix + table);
        await foreach (var row in client.QueryAsync<TableEntity>()) rows.Add(row);
        return rows;
    }
}
