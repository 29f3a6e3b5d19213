using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CustomerFunctions.Events.Domain;
using CustomerFunctions.Events.Storage;
using CustomerFunctions.Orders;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>A shop with one program (a point for a euro), whose customers pay online and at terminals.</summary>
public sealed class Till(AppUnderTest app, ApiClient shop, string program)
{
    private static int _phones;
    private long _messages;

    /// <summary>The shop's calls.</summary>
    public ApiClient Shop => shop;

    /// <summary>The program's name.</summary>
    public string Program => program;

    /// <summary>A new shop in an environment.</summary>
    public static async Task<Till> OpenAsync(
        AppUnderTest app, string environment = "live", object? earn = null, string[]? scopes = null)
    {
        var shop = await app.NewApplicationAsync(environment, scopes);
        var program = app.NewName("stars");
        (await shop.PutAsync($"programs/{program}", new
        {
            title = "Stars",
            timeZone = "UTC",
            earn = earn ?? new { pointsPerUnit = 1, rounding = "down" },
            applications = new[] { shop.Application },
        })).Expect(201);
        return new Till(app, shop, program);
    }

    /// <summary>Makes a registered customer.</summary>
    public async Task<string> NewCustomerAsync(string? email = null)
    {
        var id = app.NewName("zoe");
        (await shop.PutAsync($"profiles/{id}", new
        {
            kind = "registered",
            name = "Zoë",
            email = email ?? $"{id}@example.com",
            phone = $"+4420794{Interlocked.Increment(ref _phones):00000}",
            tags = new[] { "vip" },
            dietaryNotes = "No nuts",
        })).Expect(201);
        return id;
    }

    /// <summary>A session's body: 25 euros, less 10.</summary>
    public static JsonObject Order(string state, params (string Name, JsonNode? Value)[] fields)
    {
        var order = JsonNode.Parse("""
            {"channel":"online","items":[{"sku":"PIZZA","quantity":2,"unitPrice":1250}],
             "discounts":[{"name":"10 off","amount":1000}]}
            """)!.AsObject();
        order["state"] = state;
        foreach (var (name, value) in fields) order[name] = value;
        return order;
    }

    /// <summary>Payments of an order with a card.</summary>
    public static JsonNode Card(string fingerprint) => new JsonArray(
        new JsonObject { ["method"] = "card", ["amount"] = 1500, ["fingerprint"] = fingerprint });

    /// <summary>A customer pays an order with a card, which teaches it.</summary>
    public Task<ApiAnswer> LearnAsync(string profileId, string fingerprint, string? session = null) => shop.PutAsync(
        $"sessions/{session ?? app.NewName("s")}",
        Order("closed", ("profileId", profileId), ("payments", Card(fingerprint))));

    /// <summary>A terminal's message of 25 euros.</summary>
    public JsonObject Message(string type, string transaction, string? fingerprint, DateTimeOffset? at = null) => new()
    {
        ["eventId"] = $"e-{transaction}-{type}",
        ["type"] = "payment." + type,
        ["transactionId"] = transaction,
        ["occurredAt"] = (at ?? app.Clock.GetUtcNow()).ToString("O"),
        ["application"] = shop.Application,
        ["terminalId"] = "term-9",
        ["amount"] = 2500,
        ["currency"] = "EUR",
        ["paymentMedia"] = "visa",
        ["fingerprint"] = fingerprint,
    };

    /// <summary>A refund of a part.</summary>
    public JsonObject Refund(string transaction, string refundId, long amount)
    {
        var message = Message("refunded", transaction, null);
        message["eventId"] = $"e-{refundId}";
        message["refundId"] = refundId;
        message["amount"] = amount;
        return message;
    }

    /// <summary>Delivers a message as the queue would.</summary>
    public Task SendAsync(JsonNode message) => SendAsync(message.ToJsonString());

    /// <summary>Delivers any text as the queue would.</summary>
    public Task SendAsync(string text, string? messageId = null, CancellationToken cancel = default) =>
        ActivatorUtilities.CreateInstance<OnTerminalPayment>(app.Services)
            .Run(text, Delivery(messageId ?? $"m-{Interlocked.Increment(ref _messages)}", cancel));

    /// <summary>Delivers a text as the dead-letter queue would.</summary>
    public Task SendDeadAsync(string text) =>
        ActivatorUtilities.CreateInstance<OnDeadTerminalPayment>(app.Services)
            .Run(text, Delivery($"d-{Interlocked.Increment(ref _messages)}"));

    /// <summary>Runs both sweepers.</summary>
    public async Task SweepAsync()
    {
        await ActivatorUtilities.CreateInstance<SweepIntents>(app.Services).Run(new TimerInfo(), default);
        await ActivatorUtilities.CreateInstance<SweepPayments>(app.Services).Run(new TimerInfo(), default);
    }

    /// <summary>A payment as stored.</summary>
    public async Task<Payment> PaymentAsync(string transaction)
    {
        var key = PaymentKey.Of(AppEnvironment.Live, shop.Application, transaction);
        return (await app.Services.GetRequiredService<PaymentTable>().FindAsync(key, default)).Payment!;
    }

    /// <summary>A customer's active points.</summary>
    public async Task<decimal> ActiveAsync(string profileId) =>
        (await shop.GetAsync($"programs/{program}/profiles/{profileId}/balance")).Expect(200).Number("active");

    /// <summary>How many entries of a kind a customer's wallet has.</summary>
    public async Task<int> EntriesAsync(string profileId, string kind) =>
        (await shop.GetAsync($"programs/{program}/profiles/{profileId}/entries?kind={kind}")).Expect(200)
            .Json["items"]!.AsArray().Count;

    /// <summary>Orders and money of a customer: "orders/spent/refunded".</summary>
    public async Task<string> FiguresAsync(string profileId)
    {
        var profiles = app.Services.GetRequiredService<CustomerFunctions.Profiles.ProfileDirectory>();
        var figures = (await profiles.FindAsync(AppEnvironment.Live, profileId, default))!.Figures;
        var money = figures.Money.GetValueOrDefault("EUR");
        return $"{figures.Orders}/{money?.SpentMinor ?? 0}/{money?.RefundedMinor ?? 0}";
    }

    /// <summary>The types of the events that wait in a partition; asserts that their sequence has no gap.</summary>
    public async Task<string[]> EventsAsync(string table, string partition)
    {
        var client = app.Services.GetRequiredService<StorageAccount>().Table(table);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        var rows = new List<TableEntity>();
        await foreach (var row in client.QueryAsync<TableEntity>(filter)) rows.Add(row);
        var events = rows.Where(r => r.RowKey.StartsWith(Outbox.RowPrefix, StringComparison.Ordinal))
            .Select(r => JsonNode.Parse(r.GetBinary("Event"))!).OrderBy(e => e["sequence"]!.GetValue<long>()).ToList();
        Assert.Equal(
            Enumerable.Range(1, events.Count).Select(i => (long)i),
            events.Select(e => e["sequence"]!.GetValue<long>()));
        Assert.Equal(events.Count, rows.Single(r => r.RowKey == "h").GetInt64("EventSequence") ?? 0);
        return [.. events.Select(e => e["type"]!.GetValue<string>()[CloudEvent.TypePrefix.Length..])];
    }

    /// <summary>The events of a payment.</summary>
    public Task<string[]> PaymentEventsAsync(string transaction) => EventsAsync(
        PaymentTable.TableName, PaymentKey.Of(AppEnvironment.Live, shop.Application, transaction).ToString());

    /// <summary>The rejected messages that the shop sees, newest first.</summary>
    public async Task<List<JsonNode?>> RejectedAsync()
    {
        var all = new List<JsonNode?>();
        for (string? next = ""; next is not null;)
        {
            var page = (await shop.GetAsync($"rejected-payments?limit=50{next}")).Expect(200).Json;
            all.AddRange(page["items"]!.AsArray());
            next = page["next"]?.GetValue<string>() is { } cursor ? $"&cursor={cursor}" : null;
        }

        return all;
    }

    private static FunctionContext Delivery(string messageId, CancellationToken cancel = default)
    {
        var binding = new Mock<BindingContext>();
        binding.Setup(b => b.BindingData).Returns(new Dictionary<string, object?>
        {
            ["MessageId"] = messageId,
            ["SequenceNumber"] = "1",
            ["DeliveryCount"] = "2",
        });
        var context = new Mock<FunctionContext>();
        context.Setup(c => c.BindingContext).Returns(binding.Object);
        context.Setup(c => c.CancellationToken).Returns(cancel);
        return context.Object;
    }
}
