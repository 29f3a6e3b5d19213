using System.Text;
using System.Text.Json.Nodes;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Terminals;

public sealed class RejectedPaymentsTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    [Theory]
    [InlineData("type", "\"payment.stolen\"", "invalid", "/type")]
    [InlineData("type", null, "invalid", "/type")]
    [InlineData("amount", "-1", "invalid", "/amount")]
    [InlineData("amount", "12.5", "invalid", "/amount")]
    [InlineData("amount", "\"2500\"", "invalid", "/amount")]
    [InlineData("amount", "99999999999999999999", "invalid", "/amount")]
    [InlineData("amount", null, "invalid", "/amount")]
    [InlineData("eventId", "7", "invalid", "/eventId")]
    [InlineData("transactionId", null, "invalid", "/transactionId")]
    [InlineData("transactionId", "\"\\u0000\"", "invalid", "/transactionId")]
    [InlineData("occurredAt", "\"yesterday\"", "invalid", "/occurredAt")]
    [InlineData("occurredAt", "\"2026-03-01T12:00:00\"", "invalid", "/occurredAt")]
    [InlineData("currency", "\"euro\"", "invalid", "/currency")]
    [InlineData("environment", "\"sandbox\"", "invalid", "/environment")]
    [InlineData("items", "{}", "invalid", "/items")]
    [InlineData("items", "[7]", "invalid", "/items/0")]
    [InlineData("fingerprint", "{}", "invalid", "/fingerprint")]
    [InlineData("fingerprint", "\"\\ud800\"", "invalid", "/fingerprint")]
    [InlineData("fingerprint", "\"4111111111111111\"", "card-number", "/fingerprint")]
    [InlineData("fingerprint", "\"\\u0034111111111111111\"", "card-number", "/fingerprint")]
    [InlineData("orderNumber", "\"4111 1111 1111 1111\"", "card-number", "/orderNumber")]
    public async Task A_message_with_a_wrong_field_is_filed_with_its_name_and_nothing_is_thrown(
        string field, string? value, string code, string pointer)
    {
        var till = await Till.OpenAsync(app);
        var message = till.Message("completed", app.NewName("t"), "fp");
        message.Remove(field);
        var text = message.ToJsonString();
        if (value is not null) text = $"{text[..^1]},\"{field}\":{value}}}";
        var id = app.NewName("m");
        await till.SendAsync(text, id);
        await till.SendAsync(text, id);
        var filed = Assert.Single(await OfAsync(till, text))!;
        Assert.Equal(code, filed["code"]!.GetValue<string>());
        Assert.Contains(pointer + ":", filed["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(2, filed["deliveryCount"]!.GetValue<int>());
        Assert.DoesNotContain("4111", filed["body"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not-json")]
    [InlineData("hello", "not-json")]
    [InlineData("[]", "not-json")]
    [InlineData("{\"application\":\"a\",\"application\":\"b\"}", "not-json")]
    [InlineData("{\"\\ud800\":1}", "not-json")]
    [InlineData("{\"specversion\":\"1.0\"}", "invalid")]
    [InlineData("{\"application\":\"no-such-shop\"}", "unknown-application")]
    [InlineData("{\"application\":7}", "unknown-application")]
    [InlineData("{\"application\":\"no-such-shop\",\"fingerprint\":\"4111111111111111\"}", "card-number")]
    public async Task A_message_of_nobody_known_is_seen_by_admins_only(string text, string code)
    {
        var till = await Till.OpenAsync(app);
        await till.SendAsync(text, app.NewName("m"));
        Assert.DoesNotContain(await till.RejectedAsync(), r => r!["code"]!.GetValue<string>() == "not-json");
        var seen = (await app.Admin.GetAsync("rejected-payments")).Expect(200).Json["items"]!.AsArray();
        Assert.Contains(seen, r => r!["code"]!.GetValue<string>() == code
            && r["body"]!.GetValue<string>() == Rejection.Mask(text));
        var site = await app.NewKeyAsync(till.Shop.Application, "integration");
        (await site.GetAsync("rejected-payments")).ExpectProblem(403, "denied");
    }

    [Fact]
    public async Task What_an_event_carried_as_bytes_is_filed_as_text_without_card_numbers_and_replayed_as_it_is()
    {
        var till = await Till.OpenAsync(app);
        var (numbered, held) = (app.NewName("t"), app.NewName("t"));
        await till.SendAsync(Event(till.Message("completed", numbered, "4111111111111111"), "application/json"));
        var filed = await NamingAsync(till, numbered);
        Assert.Equal("card-number", (string)filed["code"]!);
        Assert.Contains("****************", (string)filed["body"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("data_base64", (string)filed["body"]!, StringComparison.Ordinal);

        await till.SendAsync(Event(till.Message("completed", held, null), "application/xml"));
        filed = await NamingAsync(till, held);
        Assert.Contains("/datacontenttype:", (string)filed["reason"]!, StringComparison.Ordinal);
        var mended = ((string)filed["body"]!).Replace("application/xml", "application/json", StringComparison.Ordinal);
        var body = new JsonObject { ["body"] = mended };
        (await till.Shop.PostAsync($"rejected-payments/{(string)filed["rejectedId"]!}/replay", body)).Expect(200);
        Assert.Equal(held, (await till.PaymentAsync(held)).TransactionId);
    }

    [Fact]
    public async Task Huge_and_deep_messages_are_filed_and_nothing_is_thrown()
    {
        var till = await Till.OpenAsync(app);
        await till.SendAsync("{\"a\":\"" + new string('x', 1_100_000) + "\"}");
        await till.SendAsync(string.Concat(Enumerable.Repeat("{\"a\":", 5000)) + "1" + new string('}', 5000));
        var codes = (await app.Admin.GetAsync("rejected-payments")).Expect(200).Json["items"]!.AsArray()
            .Select(r => r!["code"]!.GetValue<string>()).ToList();
        Assert.Contains("body-too-large", codes);
        Assert.Contains("not-json", codes);
    }

    [Fact]
    public async Task A_corrected_message_is_replayed_once_and_the_kept_one_as_it_was()
    {
        var till = await Till.OpenAsync(app);
        var t = app.NewName("t");
        var message = till.Message("completed", t, null);
        message["amount"] = -1;
        await till.SendAsync(message);
        var id = Assert.Single(await OfAsync(till, message.ToJsonString()))!["rejectedId"]!.GetValue<string>();
        var refused = await till.Shop.PostAsync($"rejected-payments/{id}/replay");
        Assert.Equal(["/amount"], refused.ExpectProblem(422, "replay-refused").WrongFields);

        message["amount"] = 2500;
        var body = new JsonObject { ["body"] = message.DeepClone() };
        var replayed = await till.Shop.PostAsync($"rejected-payments/{id}/replay", body);
        Assert.Equal(t, replayed.Expect(200).Text("transactionId"));
        (await till.Shop.PostAsync($"rejected-payments/{id}/replay", body)).Expect(200);
        Assert.Equal(2500, PaymentSummary.Of((await till.PaymentAsync(t)).Facts).Amount);
        (await till.Shop.PostAsync("rejected-payments/0123456789abcdef0123456789abcdef/replay"))
            .ExpectProblem(404, "not-found");
    }

    [Fact]
    public async Task A_masked_message_needs_its_correction_and_another_environment_cannot_be_reached()
    {
        var till = await Till.OpenAsync(app);
        var sandbox = await Till.OpenAsync(app, "sandbox");
        var message = till.Message("completed", app.NewName("t"), "4111111111111111");
        await till.SendAsync(message);
        var id = Assert.Single(await OfAsync(till, message.ToJsonString()))!["rejectedId"]!.GetValue<string>();
        (await till.Shop.PostAsync($"rejected-payments/{id}/replay")).ExpectProblem(409, "body-masked");
        (await sandbox.Shop.PostAsync($"rejected-payments/{id}/replay")).ExpectProblem(404, "not-found");
        var foreign = new JsonObject { ["body"] = sandbox.Message("completed", app.NewName("t"), null) };
        (await till.Shop.PostAsync($"rejected-payments/{id}/replay", foreign)).ExpectProblem(422, "replay-refused");
    }

    [Fact]
    public async Task A_dead_letter_is_filed_for_replay()
    {
        var till = await Till.OpenAsync(app);
        var t = app.NewName("t");
        var message = till.Message("completed", t, null).ToJsonString();
        await till.SendDeadAsync(message);
        var filed = Assert.Single(await OfAsync(till, message))!;
        Assert.Equal("dead-letter", filed["code"]!.GetValue<string>());
        (await till.Shop.PostAsync($"rejected-payments/{filed["rejectedId"]!.GetValue<string>()}/replay")).Expect(200);
        Assert.Equal(t, (await till.PaymentAsync(t)).TransactionId);
    }

    private static async Task<JsonNode> NamingAsync(Till till, string transaction) => (await till.RejectedAsync())
        .Single(r => ((string)r!["body"]!).Contains($"\\\"{transaction}\\\"", StringComparison.Ordinal))!;

    private static JsonObject Event(JsonObject payment, string contentType) => new()
    {
        ["specversion"] = "1.0",
        ["id"] = "1",
        ["source"] = "/till",
        ["type"] = "payment.completed",
        ["datacontenttype"] = contentType,
        ["data_base64"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(payment.ToJsonString())),
    };

    private static async Task<List<JsonNode?>> OfAsync(Till till, string text) =>
        [.. (await till.RejectedAsync()).Where(r => r!["body"]!.GetValue<string>() == Rejection.Mask(text))];
}
