using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerFunctions.Shared;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>CloudEvents 1.0 in the JSON format, structured mode.</summary>
public sealed class EventEnvelopeTests
{
    private const string Payment = """{"type":"payment.completed","occurredAt":"2026-03-01T12:00:00.5Z","amount":1}""";

    private static readonly string Encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(Payment));

    [Theory]
    [InlineData("data", Payment)]
    [InlineData("data", "text")]
    [InlineData("data_base64", "base64")]
    public void A_payment_is_taken_as_an_object_as_its_text_and_as_its_bytes(string member, string how)
    {
        JsonNode carried = how switch
        {
            "text" => JsonValue.Create(Payment),
            "base64" => JsonValue.Create(Encoded),
            _ => JsonNode.Parse(how)!,
        };
        var opened = TerminalMessage.Unwrap(Event((member, carried)));
        Assert.Equal(Payment, JsonSerializer.Serialize(opened.Value));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    [InlineData("text/json")]
    [InlineData("application/vnd.till.payment+json")]
    public void Content_is_JSON_by_any_of_its_names(string contentType) =>
        Assert.True(Open(("datacontenttype", contentType)).IsOk);

    [Theory]
    [InlineData("specversion", "0.3", "/specversion")]
    [InlineData("specversion", null, "/specversion")]
    [InlineData("id", null, "/id")]
    [InlineData("id", "", "/id")]
    [InlineData("source", null, "/source")]
    [InlineData("type", null, "/type")]
    [InlineData("time", "yesterday", "/time")]
    [InlineData("datacontenttype", "application/xml", "/datacontenttype")]
    [InlineData("datacontenttype", "text/plain", "/datacontenttype")]
    [InlineData("data", "not json", "/data")]
    [InlineData("data", "[1]", "/data")]
    [InlineData("data", null, "/data")]
    [InlineData("data_base64", "bm90IGpzb24=", "/data_base64")]
    public void What_is_wrong_with_an_envelope_is_named(string member, string? value, string pointer) =>
        Assert.Equal([pointer], Open((member, value)).Error!.Fields.Select(f => f.Pointer));

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once() => Assert.Equal(
        ["/specversion", "/source", "/datacontenttype", "/data"],
        Open(("specversion", "2.0"), ("source", null), ("datacontenttype", "text/xml"), ("data", "<a/>"))
            .Error!.Fields.Select(f => f.Pointer));

    [Fact]
    public void Bytes_that_are_none_are_refused()
    {
        var refused = TerminalMessage.Unwrap(Event(("data_base64", JsonValue.Create("%%%"))));
        Assert.Equal(["/data_base64"], refused.Error!.Fields.Select(f => f.Pointer));
    }

    [Theory]
    [InlineData("payment.completed", true)]
    [InlineData("com.example.till.payment.completed", true)]
    [InlineData("com.example.till.event", true)]
    [InlineData("payment", true)]
    [InlineData("mypayment.refunded", true)]
    [InlineData("payment.refunded", false)]
    [InlineData("com.example.payment.cancelled", false)]
    public void The_envelopes_type_may_not_name_another_kind_than_the_data(string type, bool isTaken)
    {
        var opened = Open(("type", type));
        Assert.Equal(isTaken, opened.IsOk);
        if (!isTaken) Assert.Equal(["/type"], opened.Error!.Fields.Select(f => f.Pointer));
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00.5Z", true)]
    [InlineData("2026-03-01T12:00:00Z", true)]
    [InlineData("2026-03-01T13:00:00+01:00", true)]
    [InlineData("2026-03-02T12:00:00Z", true)]
    [InlineData("2026-03-01T11:59:59Z", false)]
    public void The_envelopes_time_may_be_that_of_sending_but_not_before_the_payment(string time, bool isTaken)
    {
        var opened = Open(("time", time));
        Assert.Equal(isTaken, opened.IsOk);
        if (!isTaken) Assert.Equal(["/time"], opened.Error!.Fields.Select(f => f.Pointer));
    }

    [Fact]
    public void Attributes_that_nobody_knows_and_data_that_is_null_are_left_out() =>
        Assert.True(Open(("traceparent", "00-1"), ("dataschema", "urn:x"), ("data_base64", Encoded), ("data", null)).IsOk);

    [Fact]
    public void A_message_set_aside_can_be_read_when_it_carried_bytes()
    {
        var bytes = Event(("data_base64", JsonValue.Create(Encoded)));
        var readable = EventEnvelope.Readable(bytes);
        Assert.DoesNotContain(Encoded, readable, StringComparison.Ordinal);
        Assert.Equal(Payment, JsonNode.Parse(readable)!["data"]!.GetValue<string>());
        Assert.Equal(Payment, JsonSerializer.Serialize(TerminalMessage.Unwrap(readable).Value));

        var both = EventEnvelope.Readable(Event(
            ("data", JsonNode.Parse("{}")!), ("data_base64", JsonValue.Create(Encoded))));
        Assert.Equal(Payment, JsonNode.Parse(both)!["data_base64"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","data":{}}""")]
    [InlineData("""{"data_base64":"e30="}""")]
    [InlineData("""{"specversion":"1.0","data_base64":7}""")]
    [InlineData("not json")]
    public void Any_other_message_stays_as_it_is(string message) =>
        Assert.Same(message, EventEnvelope.Readable(message));

    [Fact]
    public void Half_of_a_surrogate_pair_in_an_attribute_hides_nothing() => Assert.Contains(
        "4111111111111111",
        EventEnvelope.Readable(
            $$"""{"specversion":"1.0","id":"\ud800","data_base64":"{{Convert.ToBase64String("4111111111111111"u8)}}"}"""),
        StringComparison.Ordinal);

    private static Result<JsonElement> Open(params (string Name, string? Value)[] members) => TerminalMessage.Unwrap(
        Event([("data", JsonNode.Parse(Payment)!), .. members.Select(m => (m.Name, (JsonNode?)m.Value))]));

    private static string Event(params (string Name, JsonNode? Value)[] members)
    {
        var all = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = "1",
            ["source"] = "/till",
            ["type"] = "com.example.till.event",
        };
        foreach (var (name, value) in members) all[name] = value;
        if (all.TryGetPropertyValue("data_base64", out _) && members.All(m => m.Name != "data")) all.Remove("data");
        return all.ToJsonString();
    }
}
