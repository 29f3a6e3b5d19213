using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Tests.Profiles.Domain;

public sealed class ProfileRequestTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    private const string Full = """
        {"kind": "registered", "name": "Zoë O'Brien", "firstName": "Zoë", "lastName": "O'Brien",
         "email": " Zoe@Example.com ", "phone": "+44 20 7946 0000", "dateOfBirth": "1990-02-28", "gender": "female",
         "title": "Ms", "locale": "en-GB", "status": "active",
         "consent": {"email": {"granted": true, "at": "2026-01-02T03:04:05Z", "source": "signup"},
                     "sms": {"granted": false}},
         "notificationsOptIn": true, "dietaryNotes": "Allergic to nuts", "preferences": {"table": "window", "b": 1},
         "tags": ["vip", "vip", "new"], "attributes": {"shippingCountry": "GB"},
         "business": {"company": "Zoë Ltd", "registrationNumber": "123", "vatId": "GB123456789",
                      "address": {"lines": ["1 High St"], "city": "London", "postalCode": "N1 1AA", "country": "GB"}}}
        """;

    [Fact]
    public void Every_field_is_read()
    {
        var profile = Read(Full).Value;
        Assert.Equal("Zoe@Example.com", profile.Email);
        Assert.Equal("+442079460000", profile.Phone);
        Assert.Equal(new DateOnly(1990, 2, 28), profile.DateOfBirth);
        Assert.Equal(Gender.Female, profile.Gender);
        Assert.Equal(["vip", "new"], profile.Tags);
        Assert.Equal(["b", "table"], profile.Preferences.Keys);
        Assert.True(profile.Consent!.Email!.Granted);
        Assert.Equal("signup", profile.Consent.Email.Source);
        Assert.Equal("London", profile.Business!.Address!.City);
    }

    [Fact]
    public void A_document_reads_back_as_it_was_written()
    {
        var profile = Read(Full).Value;
        var again = ProfileDocument.Read(ProfileDocument.Write(profile));
        Assert.True(ProfileDocument.Same(profile, again));
        Assert.Empty(ProfileDocument.Differences(profile, again));
        Assert.Equal(["name", "tags"], ProfileDocument.Differences(profile, again with { Name = "Zoe", Tags = [] }));
    }

    [Fact]
    public void Every_wrong_field_is_named_at_once()
    {
        var error = Read("""
            {"kind": "king", "name": "4111 1111 1111 1111", "email": "zoe", "phone": "1", "dateOfBirth": "28.2.1990",
             "gender": "f", "locale": "en_GB", "status": "gone", "consent": {"email": {"at": "x"}, "fax": {}},
             "notificationsOptIn": "yes", "dietaryNotes": 5, "preferences": {"a": {}}, "tags": "vip",
             "attributes": {"card": 4111111111111111}, "business": {"address": {"country": "Britain"}}, "emial": "x"}
            """).Error!;
        Assert.Equal("invalid", error.Code);
        Assert.Equal(
            [
                "/attributes", "/business/address/country", "/consent/email/at", "/consent/email/granted",
                "/consent/fax",
                "/dateOfBirth", "/dietaryNotes", "/email", "/emial", "/gender", "/kind", "/locale", "/name",
                "/notificationsOptIn", "/phone", "/preferences/a", "/status", "/tags",
            ],
            error.Fields.Select(f => f.Pointer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_registered_customer_needs_name_email_and_phone_and_a_guest_nothing()
    {
        Assert.Equal(["/name", "/email", "/phone"], Read("{}").Error!.Fields.Select(f => f.Pointer));
        Assert.True(Read("""{"kind": "guest"}""").IsOk);
        var imported = Fields("""{"name": "Zoë", "email": "zoe@example.com"}""");
        Assert.True(ProfileRequest.Read(imported, "GB", Today, phoneRequired: false).IsOk);
    }

    [Theory]
    [InlineData("""{"a": 1, "b": {"c": 2, "d": 3}}""", """{"a": null, "b": {"c": 9}, "e": [1]}""",
        """{"b": {"c": 9, "d": 3}, "e": [1]}""")]
    [InlineData("""{"a": [1, 2]}""", """{"a": {"b": null, "c": 1}}""", """{"a": {"c": 1}}""")]
    [InlineData("""{"a": 1}""", "{}", """{"a": 1}""")]
    [InlineData("""{"a": {"b": 1}}""", """{"a": "x"}""", """{"a": "x"}""")]
    public void A_merge_patch_does_as_the_standard_says(string document, string patch, string expected)
    {
        using var json = JsonDocument.Parse(patch);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(expected), MergePatch.Apply(JsonNode.Parse(document), json.RootElement)));
    }

    [Fact]
    public void A_patch_is_checked_as_a_whole()
    {
        var stored = Read(Full).Value;
        Assert.Equal("Zoe", Patch(stored, """{"name": "Zoe"}""").Value.Name);
        Assert.Equal(["/email"], Patch(stored, """{"email": null}""").Error!.Fields.Select(f => f.Pointer));
        Assert.Null(Patch(stored, """{"consent": {"sms": null}}""").Value.Consent!.Sms);
        Assert.Equal(["/emial"], Patch(stored, """{"emial": null}""").Error!.Fields.Select(f => f.Pointer));
    }

    [Fact]
    public void An_imported_customer_without_a_phone_can_be_patched()
    {
        var stored = Read(Full).Value with { Phone = null };
        Assert.Equal("Zoe", Patch(stored, """{"name": "Zoe"}""").Value.Name);
    }

    [Fact]
    public void An_import_overwrites_only_what_it_gives()
    {
        var stored = Read(Full).Value;
        var consent = new Consents(null, new Consent(true, null, null));
        var given = new Profile { Kind = ProfileKind.Guest, Name = "Zoe", Consent = consent };
        var merged = ProfileMerge.Over(stored, given);
        Assert.Equal(["consent", "name"], ProfileDocument.Differences(stored, merged));
        Assert.Equal(ProfileKind.Registered, merged.Kind);
        Assert.True(merged.Consent!.Email!.Granted);
        Assert.True(merged.Consent.Sms!.Granted);
        Assert.True(ProfileDocument.Same(stored, ProfileMerge.Over(stored, stored)));
    }

    [Fact]
    public void Figures_add_up_and_a_cancellation_takes_back()
    {
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var order = new Purchase(1, 1500, "EUR", 200, at) { Channel = SalesChannel.Online };
        var earlier = new Purchase(1, 700, "USD", 0, at.AddDays(-1)) { Channel = SalesChannel.Online };
        var figures = ProfileFigures.None.With(order).With(earlier);
        Assert.Equal((2, 1), (figures.Orders, figures.DiscountedOrders));
        Assert.Equal((at.AddDays(-1), at), (figures.FirstOrderAt, figures.LastOrderAt));
        var back = figures.With(new Purchase(-1, -1500, "EUR", -200, at.AddDays(1)) { Channel = SalesChannel.Online });
        Assert.Equal((1, 0), (back.Orders, back.DiscountedOrders));
        Assert.Equal("USD", Assert.Single(back.Money).Key);
        Assert.Equal(at.AddDays(1), back.LastActivityAt);
    }

    private static JsonFields Fields(string json) => Requests.Parse(System.Text.Encoding.UTF8.GetBytes(json))
        .Then(JsonFields.Of).Value;

    private static Result<Profile> Read(string json) => ProfileRequest.Read(Fields(json), "GB", Today);

    private static Result<Profile> Patch(Profile stored, string json)
    {
        using var patch = JsonDocument.Parse(json);
        return ProfilePatch.Read(patch.RootElement.Clone()).Then(p => p.Apply(stored, "GB", Today));
    }
}
