using System.Text;
using System.Text.Json.Nodes;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using CustomerFunctions.Tests.Imports;
using CustomerFunctions.Tests.Terminals;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Lifecycle;

/// <summary>A customer with a word of its own in every field that takes text, and in everything that it leads to.
/// </summary>
public sealed class MarkedCustomer(AppUnderTest app, Till till, string mark)
{
    private static int _numbers = 1000;

    /// <summary>The customer's id.</summary>
    public string Id { get; } = app.NewName("c");

    /// <summary>The word.</summary>
    public string Mark => mark;

    /// <summary>The national number, which nobody else has.</summary>
    public string Number { get; } = $"20755{Interlocked.Increment(ref _numbers):00000}";

    /// <summary>The card.</summary>
    public string Card => $"fp-{mark}";

    /// <summary>All texts that must not be left: the word, also as JSON may spell it, and the number as it is and
    /// reversed.</summary>
    public string[] Texts => [mark, $"u007a{mark[1..]}", Number, new string([.. Number.Reverse()])];

    /// <summary>A word that occurs nowhere else.</summary>
    public static string NewMark() => "zq" + Guid.NewGuid().ToString("n")[..12] + "x";

    public string Email => $"{mark}@{mark}.example.com";

    public async Task<ProfileKey> KeyAsync() => (await app.Services.GetRequiredService<ProfileDirectory>()
        .FindAsync(AppEnvironment.Live, Id, default))!.Key;

    /// <summary>Everything that profiles take, and what is written beside them.</summary>
    public async Task RegisterAsync()
    {
        await PutAsync();
        var note = await till.Shop.PostAsync($"profiles/{Id}/notes", new { text = $"First {mark}", author = mark });
        var noteId = note.Expect(201).Text("noteId");
        (await till.Shop.PutAsync($"profiles/{Id}/notes/{noteId}", new { text = $"Edited {mark}" })).Expect(200);
        await PostAsync($"profiles/{Id}/notes", new { text = mark }, ("Idempotency-Key", $"note-{mark}"));
        await PostAsync($"profiles/{Id}/addresses", new
        {
            label = mark,
            recipient = mark,
            lines = new[] { $"1 {mark} St" },
            city = mark,
            region = mark,
            postalCode = "N1 1AA",
            country = "GB",
            instructions = mark,
        }, ("Idempotency-Key", $"address-{mark}"));
        (await till.Shop.PutAsync($"profiles/{Id}/tags/also-{mark}", new { })).Expect(200);
        (await till.Shop.PatchAsync($"profiles/{Id}", new { title = $"Dr {mark}", name = $"Zoë {mark}-{mark}" }))
            .Expect(200);
        (await till.Shop.PostAsync($"profiles/{Id}/phone-verification")).Expect(202);
        (await till.Shop.PostAsync("password-resets", new { email = Email })).Expect(202);
    }

    /// <summary>Everything that one request takes.</summary>
    public async Task PutAsync()
    {
        foreach (var declared in (string[])["profile/hobby", "item/icing", "session/table"])
            Assert.True((await till.Shop.PutAsync($"attributes/{declared}", new { type = "string" })).IsSuccess);
        (await till.Shop.PutAsync($"profiles/{Id}", Body())).Expect(201);
    }

    private object Body() => new
    {
        kind = "registered",
        name = $"Zoë {mark}",
        firstName = mark,
        lastName = mark,
        email = Email,
        phone = "+44" + Number,
        title = mark,
        dietaryNotes = $"No {mark}",
        preferences = new Dictionary<string, string> { ["table"] = mark },
        tags = new[] { mark },
        attributes = new Dictionary<string, string> { ["hobby"] = mark },
        consent = new { email = new { granted = true, source = mark } },
        business = new
        {
            company = mark,
            registrationNumber = mark,
            vatId = mark,
            address = new { lines = new[] { mark }, city = mark, postalCode = mark, country = "GB" },
        },
    };

    /// <summary>Sessions in every state, with words wherever they take some.</summary>
    public async Task OrderAsync()
    {
        await PutAsync($"{Id}-closed", Order("closed"));
        await PutAsync($"{Id}-contact", Order("closed", contact: true));
        await PutAsync($"{Id}-open", Order("open"));
        await PutAsync($"{Id}-cancelled", Order("open"));
        await PutAsync($"{Id}-cancelled", new JsonObject { ["state"] = "cancelled" });
        await PutAsync($"{Id}-many", Order("closed", lines: 400));
        await PutAsync($"{Id}-returned", Order("closed"));
        var one = new { items = new[] { new { line = 1, quantity = 1 } } };
        (await till.Shop.PostAsync($"sessions/{Id}-returned/returns", one)).Expect(200);
        foreach (var state in (string[])["cancelled", "open"])
        {
            await PutAsync($"{Id}-closed-{state}", Order("closed"));
            await PutAsync($"{Id}-closed-{state}", new JsonObject { ["state"] = state });
        }
    }

    /// <summary>A session's body.</summary>
    public JsonObject Order(string state, bool contact = false, int lines = 1)
    {
        var order = Till.Order(
            state, ("orderNumber", $"A {mark}"), ("coupons", new JsonArray(mark)), ("referralCode", mark),
            ("discounts", new JsonArray(new JsonObject { ["name"] = mark, ["amount"] = 1000 })),
            ("payments", new JsonArray(new JsonObject
            {
                ["method"] = "card",
                ["amount"] = 1500,
                ["fingerprint"] = Card,
            })));
        order["attributes"] = new JsonObject { ["table"] = mark };
        order["items"] = new JsonArray([.. Enumerable.Range(0, lines).Select(JsonNode (i) => new JsonObject
        {
            ["sku"] = $"CAKE-{mark}",
            ["name"] = $"Cake for {mark} {i}",
            ["category"] = mark,
            ["quantity"] = 2,
            ["unitPrice"] = 1250,
            ["attributes"] = new JsonObject { ["icing"] = mark },
        })]);
        if (contact)
            order["contact"] = new JsonObject
            {
                ["email"] = Email.ToUpperInvariant(),
                ["phone"] = "0" + Number,
                ["name"] = mark,
                ["verified"] = true,
            };
        else order["profileId"] = Id;
        return order;
    }

    /// <summary>Points given, spent and sent on.</summary>
    public async Task CollectAsync(string friend)
    {
        var path = $"programs/{till.Program}/profiles/{Id}";
        await PostAsync($"{path}/points", new { points = 100, reason = $"For {mark}" }, ("Idempotency-Key", mark));
        await PostAsync($"{path}/deductions", new { points = 5, reason = mark });
        await PostAsync($"{path}/transfers", new { to = new { profileId = friend }, points = 7, reason = mark });
        await PostAsync(
            $"programs/{till.Program}/profiles/{friend}/transfers",
            new { to = new { profileId = Id }, points = 3, reason = mark });
    }

    /// <summary>Payments at terminals, and messages that were set aside.</summary>
    public async Task PayAsync()
    {
        await till.SendAsync(Paid($"{Id}-1"));
        await till.SendAsync(Paid($"{Id}-2"));
        await till.SendAsync(till.Refund($"{Id}-2", "r-1", 500));
        await till.SendAsync($$"""{"application":"{{till.Shop.Application}}","customer":"{{Email}}","type":"nonsense"}""");
        var wrong = Paid($"{Id}-3");
        wrong["amount"] = -1;
        await till.SendAsync(wrong);
        await till.SendAsync($"not json at all but of {mark} <{Email}>");
        await till.SendAsync(Event("data_base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(wrong.ToJsonString()))));
        await till.SendAsync(Event("data", wrong.ToJsonString().Replace("z", "\\u007a", StringComparison.Ordinal)));
        await till.SendDeadAsync($$"""{"application":"nobody-{{Id}}","phone":"+44{{Number}}","who":"{{mark}}"}""");
    }

    /// <summary>Terminals say again what they said, and more of it.</summary>
    public async Task PayAgainAsync()
    {
        await till.SendAsync(Paid($"{Id}-1"));
        await till.SendAsync(till.Refund($"{Id}-1", "r-9", 100));
        var other = Paid($"{Id}-2");
        other["orderNumber"] = $"Another {mark}";
        await till.SendAsync(other);
    }

    /// <summary>A terminal's message.</summary>
    public JsonObject Paid(string transaction)
    {
        var message = till.Message("completed", transaction, Card);
        message["orderNumber"] = $"T {mark}";
        message["paymentMedia"] = mark;
        message["items"] = new JsonArray(new JsonObject
        {
            ["sku"] = mark,
            ["name"] = $"Tea of {mark}",
            ["quantity"] = 1,
            ["unitPrice"] = 2500,
        });
        return message;
    }

    private static JsonObject Event(string member, string payment) => new()
    {
        ["specversion"] = "1.0",
        ["id"] = "1",
        ["source"] = "/till",
        ["type"] = "payment",
        [member] = payment,
    };

    /// <summary>An import whose good and rejected rows name the customer, beside others.</summary>
    public async Task<JsonNode> ImportAsync(string stranger) => await till.Shop.ImportAsync(
        $"""
        name,email,phone,city
        Zoë {mark},{Email},,"{mark}
        over two lines"
        {stranger},{stranger}@example.com,,Ulm
        Zoë {mark},{Email},,{mark}
        Zoë {mark},"Zoë <mailto:{Email}>",,{mark}
        {mark},nonsense,0{Number},{mark}
        {stranger},nonsense,,Ulm

        """);

    private async Task PutAsync(string session, JsonObject body) =>
        (await till.Shop.PutAsync($"sessions/{session}", body)).Expect(200);

    private async Task PostAsync(string path, object body, params (string, string)[] headers) =>
        (await till.Shop.PostAsync(path, body, headers)).Expect(201);
}
