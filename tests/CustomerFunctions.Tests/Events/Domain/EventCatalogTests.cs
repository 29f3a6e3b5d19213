using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CustomerFunctions.Events.Domain;

namespace CustomerFunctions.Tests.Events.Domain;

public sealed partial class EventCatalogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [EventType("test.done", "Something was done.")]
    private sealed record Done(string Name, Kind Kind, DateTimeOffset? At, IReadOnlyList<Part> Parts);

    private sealed record Part(decimal Share);

    private sealed record Untold(string Name);

    private enum Kind
    {
        FirstOne,
    }

    [Fact]
    public void Every_promised_type_is_in_the_catalogue()
    {
        string[] promised =
        [
            "profile.created", "profile.changed", "profile.erased", "profile.merged",
            "points.added", "points.activated", "points.expiring", "points.expired", "points.deducted",
            "points.reversed", "tier.changed", "payment.linked", "payment.rejected", "session.closed",
            "session.returned", "session.cancelled", "session.reopened",
            "import.finished", "export.finished",
        ];
        Assert.Empty(promised.Except(EventCatalog.All.Select(e => e.Name)));
    }

    [Fact]
    public void Names_are_dotted_words_and_descriptions_sentences()
    {
        string[] aggregates = ["profile", "wallet", "card", "session", "payment", "import", "export"];
        Assert.All(EventCatalog.All, e =>
        {
            Assert.Matches(Dotted(), e.Name);
            Assert.Matches(Sentence(), e.Description);
            Assert.Contains(e.Aggregate, aggregates);
            Assert.Same(e, EventCatalog.Find(e.Name));
        });
        Assert.Null(EventCatalog.Find("points.lost"));
    }

    [Fact]
    public void A_record_that_is_not_in_the_catalogue_cannot_be_told() =>
        Assert.Contains("Untold", Assert.Throws<InvalidOperationException>(
            () => DomainEvent.Of(new Untold("x"), Noon)).Message);

    [Fact]
    public void An_aggregate_of_another_sort_cannot_tell_it() =>
        Assert.Throws<InvalidOperationException>(() => CloudEvent.Write(
            "live", new Aggregate("profile", "1"), 1, DomainEvent.Of(new Done("x", Kind.FirstOne, null, []), Noon)));

    [Fact]
    public void An_event_names_its_type_cause_and_place()
    {
        var aggregate = new Aggregate("test", "1");
        var told = DomainEvent.Of(new Done("Zoë", Kind.FirstOne, Noon, [new Part(1.5m)]), Noon, "c-1");
        var head = $$"""
            {"specversion":"1.0","id":"{{CloudEvent.IdOf(aggregate, 3)}}","source":"/customerfunctions/live",
            "type":"customerfunctions.test.done","subject":"test/1","time":"2026-03-01T12:00:00Z",
            """;
        const string rest = """
            "datacontenttype":"application/json","sequence":3,"causedby":"c-1","data":{"name":"Zoë","kind":"first-one",
            "at":"2026-03-01T12:00:00Z","parts":[{"share":1.5}]}}
            """;
        Assert.Equal(
            (head + rest).ReplaceLineEndings(""),
            CloudEvent.Write("live", aggregate, 3, told));
    }

    [Fact]
    public void A_schema_says_of_every_property_what_is_written()
    {
        var schema = EventSchema.Of(EventCatalog.Of(typeof(Done)));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"type": "object", "required": ["name", "kind", "at", "parts"], "properties": {
              "name": {"type": "string"}, "kind": {"enum": ["first-one"]},
              "at": {"type": ["string", "null"], "format": "date-time"},
              "parts": {"type": "array", "items":
                {"type": "object", "required": ["share"], "properties": {"share": {"type": "number"}}}}}}
            """), schema["properties"]!["data"]), schema.ToJsonString());
        Assert.Equal("Something was done.", schema["description"]!.GetValue<string>());
        var written = JsonNode.Parse(CloudEvent.Write(
            "live", new Aggregate("test", "1"), 3, DomainEvent.Of(new Done("Zoë", Kind.FirstOne, null, []), Noon)))!;
        Assert.Empty(SchemaCheck.Faults(schema, written));
        written["data"]!["kind"] = "another";
        written["data"]!["name"] = null;
        written["data"]!["more"] = 1;
        written["time"] = "noon";
        written.AsObject().Remove("sequence");
        Assert.Equal(
            [
                " lacks sequence", "/data/kind is none of the words", "/data/more is not in the schema",
                "/data/name is not \"string\"", "/time is no date-time",
            ],
            SchemaCheck.Faults(schema, written).Order(StringComparer.Ordinal));
    }

    // Others read them by these names; the order is that of the text, which stays the same byte by byte.
    [Theory]
    [InlineData("profile.created", "profileId kind")]
    [InlineData("profile.changed", "profileId fields")]
    [InlineData("profile.merged", "profileId into")]
    [InlineData("profile.erased", "profileId")]
    [InlineData("points.added", "program owner seq ledger points activeAt expiresAt origin balance")]
    [InlineData("points.reversed", "program owner seq ledger points activeAt expiresAt origin balance")]
    [InlineData("points.expiring", "program owner points items")]
    [InlineData("tier.changed", "program owner seq from to")]
    [InlineData("card.created", "code program type")]
    [InlineData("card.changed", "code program type state members")]
    [InlineData("session.closed", "sessionId application profile channel store total refunded currency points")]
    [InlineData("payment.linked", "transactionId application profile points")]
    [InlineData("payment.rejected", "rejectedId code")]
    [InlineData("import.finished", "importId kind application state counts")]
    [InlineData("export.finished", "exportId kind application state rows")]
    public void Properties_keep_their_names_and_order(string type, string properties) => Assert.Equal(
        properties.Split(' '),
        EventSchema.Of(EventCatalog.Find(type)!)["properties"]!["data"]!["properties"]!.AsObject().Select(p => p.Key));

    [Fact]
    public void Every_type_has_a_schema_of_its_own() => Assert.All(EventCatalog.All, e =>
    {
        var schema = EventSchema.Of(e);
        Assert.NotEmpty(schema["properties"]!["data"]!["properties"]!.AsObject());
        Assert.DoesNotContain("$ref", schema.ToJsonString(), StringComparison.Ordinal);
    });

    [GeneratedRegex(@"^[a-z]+\.[a-z]+(-[a-z]+)*$")]
    private static partial Regex Dotted();

    [GeneratedRegex(@"^[A-Z][^.]+\.$")]
    private static partial Regex Sentence();
}
