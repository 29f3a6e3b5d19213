using System.Text;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Tests.Orders;

public sealed class SessionDecisionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Asking Asking = new("s-1", "shop", "application:shop", "key", Noon);
    private static readonly SessionRules Rules = new(
        "EUR", "GB", channel => new(Captures.MostOf(channel).Guests, Captures.MostOf(channel).Registered));

    [Theory]
    [InlineData(null, "open", true)]
    [InlineData(null, "closed", true)]
    [InlineData(null, "cancelled", false)]
    [InlineData(SessionState.Open, "open", true)]
    [InlineData(SessionState.Open, "closed", true)]
    [InlineData(SessionState.Open, "cancelled", true)]
    [InlineData(SessionState.Open, "partially_returned", false)]
    [InlineData(SessionState.Closed, "open", true)]
    [InlineData(SessionState.Closed, "closed", false)]
    [InlineData(SessionState.Closed, "cancelled", true)]
    [InlineData(SessionState.Closed, "partially_returned", false)]
    [InlineData(SessionState.PartiallyReturned, "open", true)]
    [InlineData(SessionState.PartiallyReturned, "closed", false)]
    [InlineData(SessionState.PartiallyReturned, "cancelled", true)]
    [InlineData(SessionState.Cancelled, "open", false)]
    [InlineData(SessionState.Cancelled, "closed", false)]
    public void Only_legal_moves_are_taken(SessionState? from, string to, bool isLegal)
    {
        var session = from is null ? null : Existing(from.Value);
        var refusal = SessionDecision.Refusal(session, Request(to, "\"orderNumber\":\"other\","));
        Assert.Equal(isLegal, refusal is null);
        if (!isLegal) Assert.Equal("illegal-move", refusal!.Code);
    }

    [Theory]
    [InlineData("\"profileId\":\"zoe\",", IdentifyBy.ProfileId, true)]
    [InlineData("\"profileId\":\"zoe\",\"contact\":{\"email\":\"a@b.c\"},", IdentifyBy.ProfileId, true)]
    [InlineData("\"contact\":{\"email\":\"a@b.c\"},", IdentifyBy.RegisteredContact, false)]
    [InlineData("\"contact\":{\"email\":\"a@b.c\",\"verified\":true},", IdentifyBy.RegisteredContact, true)]
    [InlineData("\"contact\":{\"phone\":\"020 7946 0000\"},", IdentifyBy.RegisteredContact, false)]
    [InlineData("\"contact\":{\"email\":\"a@b.c\"},\"checkoutAs\":\"guest\",", IdentifyBy.GuestContact, false)]
    [InlineData("\"contact\":{\"name\":\"Zoe\"},", IdentifyBy.NewGuest, false)]
    [InlineData("", IdentifyBy.NewGuest, false)]
    [InlineData("\"channel\":\"aggregator\",\"contact\":{\"email\":\"a@b.c\"},", IdentifyBy.GuestContact, false)]
    [InlineData("\"channel\":\"aggregator\",", IdentifyBy.Nothing, false)]
    [InlineData("\"channel\":\"terminal\",", IdentifyBy.Nothing, false)]
    public void A_customer_is_found_by_id_then_contact_then_as_a_guest(string fields, IdentifyBy by, bool isTrusted)
    {
        var request = Request("closed", fields);
        Assert.Equal(by, Identification.Of(
            request.Content!, request.ProfileId, request.Contact, Rules.CaptureOf(request.Content!.Channel)));
        Assert.Equal(isTrusted, Identification.IsTrusted(by, request.Contact));
    }

    [Fact]
    public void A_close_plans_all_that_it_will_do_and_teaches_cards_of_trusted_customers_only()
    {
        var request = Request("closed", "\"payments\":[{\"method\":\"card\",\"amount\":1500,\"fingerprint\":\"fp\"}],");
        var awards = new[] { new Award("stars", "k", "main", 1500, new EarnRate(1, "Down")) };
        var trusted = SessionDecision.Next(null, request, new Customer("k", IsTrusted: true), [.. awards], Asking);
        var unproven = SessionDecision.Next(null, request, new Customer("k", IsTrusted: false), [.. awards], Asking);
        Assert.Equal((SessionState.Open, SessionMove.Close), (trusted.State, trusted.Intent!.Move));
        Assert.Equal(["fp"], trusted.Intent.Fingerprints);
        Assert.Empty(unproven.Intent!.Fingerprints);
        foreach (var step in new[] { trusted, unproven }.Select(s => Assert.Single(s.Intent!.Points)))
            Assert.Equal((PointsStepKind.Award, "stars", "k", 1500), (step.Kind, step.Program, step.Owner, step.Hundredths));
    }

    [Fact]
    public void Codes_are_rejected_while_there_are_no_campaigns()
    {
        var request = Request("open", "\"coupons\":[\"WELCOME\"],\"referralCode\":\"ZOE\",");
        var next = SessionDecision.Next(null, request, null, [], Asking);
        Assert.Equal(
            [
                new Effect("coupon-rejected") { Coupon = "WELCOME", Reason = "unknown-coupon" },
                new Effect("referral-rejected") { ReferralCode = "ZOE", Reason = "unknown-referral-code" },
            ],
            next.Effects);
    }

    [Fact]
    public void Totals_are_items_less_discounts() => Assert.Equal(
        1500,
        Request("closed", "\"discounts\":[{\"name\":\"10 off\",\"amount\":1000}],").Content!.Total);

    [Theory]
    [InlineData("\"channel\":\"fax\",", "/channel")]
    [InlineData("\"channel\":\"kitchen-display\",\"profileId\":\"zoe\",", "/profileId")]
    [InlineData("\"channel\":\"dispatch\",\"contact\":{\"email\":\"a@b.c\"},", "/contact")]
    [InlineData("\"channel\":\"dispatch\",\"loyaltyCards\":[\"CARD-1\"],", "/loyaltyCards")]
    [InlineData("\"channel\":\"aggregator\",\"profileId\":\"zoe\",", "/profileId")]
    [InlineData("\"channel\":\"aggregator\",\"contact\":{\"email\":\"a@b.c\",\"verified\":true},", "/contact")]
    [InlineData("\"payments\":[{\"method\":\"card\",\"amount\":1,\"fingerprint\":\"4111 1111 1111 1111\"}],",
        "/payments/0/fingerprint")]
    [InlineData("\"orderNumber\":\"4111111111111111\",", "/orderNumber")]
    [InlineData("\"contact\":{\"name\":\"4111-1111-1111-1111\"},", "/contact/name")]
    [InlineData("\"contact\":{\"email\":\"nobody\"},", "/contact/email")]
    [InlineData("\"contact\":{\"phone\":\"x\"},", "/contact/phone")]
    [InlineData("\"discounts\":[{\"name\":\"all\",\"amount\":2501}],", "/discounts")]
    [InlineData("\"currency\":\"euro\",", "/currency")]
    [InlineData("\"chanel\":\"online\",", "/chanel")]
    public void Wrong_fields_are_named(string fields, string pointer)
    {
        var error = Read("closed", fields).Error;
        Assert.Equal(pointer, Assert.Single(error!.Fields).Pointer);
    }

    [Fact]
    public void A_state_alone_is_enough_to_cancel()
    {
        var read = Requests.Parse("{\"state\":\"cancelled\"}"u8.ToArray()).Then(JsonFields.Of)
            .Then(f => SessionRequest.Read(f, Rules));
        var next = SessionDecision.RollBack(Existing(SessionState.Open), read.Value, [], Asking);
        Assert.Equal(SessionState.Cancelled, next.State);
        Assert.Equal(2500, next.Content.Gross);
    }

    private static Session Existing(SessionState state) =>
        SessionDecision.Next(null, Request("open", ""), null, [], Asking) with { State = state };

    private static SessionRequest Request(string state, string fields) => Read(state, fields).Value;

    private static Result<SessionRequest> Read(string state, string fields)
    {
        var channel = fields.Contains("\"channel\"", StringComparison.Ordinal) ? "" : "\"channel\":\"online\",";
        var json = $$"""
            {"state":"{{state}}",{{channel}}{{fields}}"items":[{"sku":"PIZZA","quantity":2,"unitPrice":1250}]}
            """;
        return Requests.Parse(Encoding.UTF8.GetBytes(json)).Then(JsonFields.Of)
            .Then(f => SessionRequest.Read(f, Rules));
    }
}
