using System.Text;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Codes;
using CustomerFunctions.Tests.Events;
using CustomerFunctions.Tests.Terminals;

namespace CustomerFunctions.Tests.App;

/// <summary>A POST that succeeds.</summary>
/// <param name="Path">Where it goes.</param>
/// <param name="Body">What it says; null for nothing.</param>
/// <param name="Other">What another one says.</param>
/// <param name="DoneAsync">How often it was done, by what can be seen of it.</param>
public sealed record PostCase(string Path, string? Body, string? Other, Func<Task<int>> DoneAsync)
{
    /// <summary>Customers whom the answer is about.</summary>
    public string[] Customers { get; init; } = [];
}

/// <summary>For every POST route a case in which it succeeds. A route that is not here fails.</summary>
public static partial class PostCases
{
    private const string Reason = """{"reason":"Lost"}""";
    private const string OtherReason = """{"reason":"Found"}""";

    public static IReadOnlyDictionary<string, Func<PostWorld, Task<PostCase>>> All { get; } =
        new Dictionary<string, Func<PostWorld, Task<PostCase>>>(StringComparer.Ordinal)
        {
            ["ActivatePoints"] = async w => await OfWalletAsync(
                w, "activations", """{"entry":1}""", """{"entry":2}""", new { points = 5, reason = "x", start = "on_action" }),
            ["AddAddress"] = async w => await OfCustomerAsync(
                w, "addresses", id => $$"""{"lines":["1 {{id}} St"],"country":"GB"}""",
                async id => await w.CountAsync($"profiles/{id}/addresses")),
            ["AddNote"] = async w => await OfCustomerAsync(
                w, "notes", id => $$"""{"text":"Of {{id}}"}""", async id => await w.CountAsync($"profiles/{id}/notes")),
            ["AddPoints"] = async w => await OfWalletAsync(w, "points", Points(1), Points(2)),
            ["BlockCard"] = async w => await OfCardAsync(w, "block", Reason, OtherReason, "blocked"),
            ["CancelExport"] = CancelExportAsync,
            ["CancelImport"] = w => HeldImportAsync(w, "cancel", "cancelled"),
            ["ClaimProfile"] = ClaimAsync,
            ["ConfirmPhone"] = ConfirmAsync,
            ["CreateApplication"] = CreateApplicationAsync,
            ["CreateCards"] = async w => new PostCase(
                "programs/club/cards", """{"count":1}""", """{"count":2}""", () => w.CountAsync("programs/club/cards?limit=200")),
            ["CreateKey"] = w => Task.FromResult(new PostCase(
                $"applications/{w.Shop.Application}/keys", """{"scopes":["staff"]}""", """{"scopes":["admin"]}""",
                () => w.CountAsync($"applications/{w.Shop.Application}/keys"))),
            ["DeductPoints"] = async w => await OfWalletAsync(w, "deductions", Points(1), Points(2)),
            ["ExtendPoints"] = async w => await OfWalletAsync(
                w, "extensions", """{"expiry":"1Y","entry":1,"reason":"x"}""", """{"expiry":"2Y","entry":1,"reason":"x"}"""),
            ["MergeProfile"] = MergeAsync,
            ["OpenUpload"] = w => Task.FromResult(new PostCase(
                "imports/uploads", "{}", """{"kind":"loyalty-points"}""", () => w.CountAsync("imports?limit=200"))),
            ["PauseImport"] = w => HeldImportAsync(w, "pause", "paused"),
            ["RedeemPasswordReset"] = RedeemAsync,
            ["ReplaceCard"] = ReplaceCardAsync,
            ["ReplayDeliveries"] = ReplayDeliveriesAsync,
            ["ReplayRejectedPayment"] = ReplayAsync,
            ["RequestPasswordReset"] = RequestAsync,
            ["ResumeImport"] = w => HeldImportAsync(w, "resume", "paused"),
            ["ReturnItems"] = ReturnAsync,
            ["ReverseEntry"] = async w => await OfWalletAsync(w, "entries/1/reversal", Reason, OtherReason),
            ["RevertImport"] = w => HeldImportAsync(w, "revert", "\"revert\":{"),
            ["RotateKey"] = RotateAsync,
            ["SendPasswordReset"] = async w => await LetterAsync(w, "password-reset", box => box.Email),
            ["SendPhoneCode"] = async w => await LetterAsync(w, "phone-verification", box => box.Phone),
            ["StartAudit"] = w => Task.FromResult(new PostCase(
                $"programs/{w.Till.Program}/audit", "{}", null, () => CountIdsAsync(w, "Audits"))),
            ["StartExport"] = w => Task.FromResult(new PostCase(
                "exports", """{"kind":"customers"}""", """{"kind":"customers","format":"csv"}""", () => CountIdsAsync(w, "Exports"))),
            ["StartImport"] = StartImportAsync,
            ["TagProfiles"] = TagAsync,
            ["TransferPoints"] = TransferAsync,
            ["UnblockCard"] = UnblockAsync,
            ["UploadImport"] = w => Task.FromResult(new PostCase(
                "imports?kind=customers", "name,email\nAnn,ann@example.com\n", "name,email\nBob,bob@example.com\n",
                () => w.CountAsync("imports?limit=200"))),
        };

    private static string Points(int points) => $$"""{"points":{{points}},"reason":"x"}""";

    private static async Task<int> CountIdsAsync(PostWorld world, string table) =>
        (await world.RowsAsync(table)).Count(row => row.RowKey.Length == 32);

    private static async Task<PostCase> ReturnAsync(PostWorld world)
    {
        var zoe = await world.Till.NewCustomerAsync();
        var session = world.App.NewName("s");
        var order = Till.Order("closed", ("profileId", zoe));
        (await world.Shop.PutAsync($"sessions/{session}", order)).Expect(200);
        return new PostCase(
            $"sessions/{session}/returns", """{"items":[{"line":1,"quantity":1}]}""",
            """{"items":[{"line":1,"quantity":2}]}""",
            async () => (await world.Shop.GetAsync($"sessions/{session}")).Json["returns"]!.AsArray().Count)
        {
            Customers = [zoe],
        };
    }

    private static async Task<int> HasAsync(PostWorld world, string path, string word) =>
        (await world.Shop.GetAsync(path)).Body.Contains(word, StringComparison.Ordinal) ? 1 : 0;

    private static async Task<PostCase> OfWalletAsync(
        PostWorld world, string verb, string body, string other, object? grant = null)
    {
        var wallet = await world.NewWalletAsync(grant);
        return new PostCase($"{wallet}/{verb}", body, other, () => world.CountAsync($"{wallet}/entries"));
    }

    private static async Task<PostCase> OfCustomerAsync(
        PostWorld world, string verb, Func<string, string> body, Func<string, Task<int>> done)
    {
        var id = (await world.NewCustomerAsync()).Id;
        return new PostCase($"profiles/{id}/{verb}", body(id), body("someone"), () => done(id)) { Customers = [id] };
    }

    private static async Task<PostCase> OfCardAsync(
        PostWorld world, string verb, string? body, string? other, string state)
    {
        var (card, member) = await world.NewCardAsync();
        return new PostCase($"{card}/{verb}", body, other, () => HasAsync(world, card, $"\"{state}\""))
        {
            Customers = [member],
        };
    }

    private static async Task<PostCase> UnblockAsync(PostWorld world)
    {
        var unblock = await OfCardAsync(world, "unblock", null, "{}", "active");
        (await world.Shop.PostAsync(unblock.Path.Replace("unblock", "block", StringComparison.Ordinal), new { reason = "Lost" })).Expect(200);
        return unblock;
    }

    private static async Task<PostCase> ReplaceCardAsync(PostWorld world)
    {
        var (card, member) = await world.NewCardAsync();
        return new PostCase($"{card}/replacement", Reason, OtherReason, () => HasAsync(world, card, "card-replaced"))
        {
            Customers = [member],
        };
    }

    /// <summary>The guest is claimed with the code, which merges it.</summary>
    private static async Task<PostCase> ClaimAsync(PostWorld world)
    {
        var (zoe, guest) = (await world.NewCustomerAsync(), await world.NewCustomerAsync("guest"));
        (await world.Shop.PostAsync($"{zoe.Profile}/claims", new { guest = guest.Id })).Expect(202);
        await zoe.SendAsync();
        var body = $$"""{"guest":"{{guest.Id}}","code":"{{world.App.Letters.Secret(guest.Email)}}"}""";
        return new PostCase(
            $"{zoe.Profile}/claims", body, $$"""{"guest":"{{guest.Id}}"}""", () => HasAsync(world, guest.Profile, "urn:customerfunctions:moved"))
        {
            Customers = [zoe.Id, guest.Id],
        };
    }

    private static async Task<PostCase> MergeAsync(PostWorld world)
    {
        var (zoe, other) = (await world.NewCustomerAsync(), await world.NewCustomerAsync());
        return new PostCase(
            $"{other.Profile}/merge", $$"""{"into":"{{zoe.Id}}"}""", """{"into":"nobody"}""",
            () => HasAsync(world, other.Profile, "urn:customerfunctions:moved"))
        {
            Customers = [zoe.Id, other.Id],
        };
    }

    private static async Task<PostCase> ConfirmAsync(PostWorld world)
    {
        var box = await world.NewCustomerAsync();
        var code = await box.NewCodeAsync();
        return new PostCase(
            $"{box.Profile}/phone-verification/confirm", $$"""{"code":"{{code}}"}""", $$"""{"code":"{{Letterbox.Other(code)}}"}""",
            async () => await box.IsVerifiedAsync() ? 1 : 0)
        {
            Customers = [box.Id],
        };
    }

    private static async Task<PostCase> LetterAsync(PostWorld world, string verb, Func<Letterbox, string> to)
    {
        var box = await world.NewCustomerAsync();
        return new PostCase($"{box.Profile}/{verb}", "{}", null, () => LettersAsync(box, to(box))) { Customers = [box.Id] };
    }

    private static async Task<PostCase> RequestAsync(PostWorld world)
    {
        var box = await world.NewCustomerAsync();
        return new PostCase(
            "password-resets", $$"""{"email":"{{box.Email}}"}""", """{"email":"nobody@example.com"}""",
            () => LettersAsync(box, box.Email));
    }

    private static async Task<int> LettersAsync(Letterbox box, string to)
    {
        await box.SendAsync();
        return box.App.Letters.To(to).Length;
    }

    private static async Task<PostCase> RedeemAsync(PostWorld world)
    {
        var box = await world.NewCustomerAsync();
        var (key, token) = (await world.KeyAsync(box.Id), await box.NewTokenAsync());
        return new PostCase(
            "password-resets/redeem", $$"""{"token":"{{token}}"}""", """{"token":"00"}""",
            async () => (await box.RowsAsync()).Count(row => row.PartitionKey.EndsWith($"{key}", StringComparison.Ordinal)
                && Encoding.UTF8.GetString(row.GetDocument("Document")!).Contains("\"usedBy\":\"", StringComparison.Ordinal)))
        {
            Customers = [box.Id],
        };
    }

    private static Task<PostCase> CreateApplicationAsync(PostWorld world)
    {
        var name = world.App.NewName("made");
        return Task.FromResult(new PostCase(
            "applications", $$"""{"name":"{{name}}","environment":"live"}""", $$"""{"name":"{{name}}-2","environment":"live"}""",
            () => world.CountAsync("applications")));
    }

    private static async Task<PostCase> RotateAsync(PostWorld world)
    {
        var keys = $"applications/{world.Shop.Application}/keys";
        var made = (await world.Shop.PostAsync(keys, new { scopes = new[] { "staff" } })).Expect(201);
        return new PostCase(
            $"{keys}/{made.Text("keyId")}/rotation", """{"overlapMinutes":9}""", """{"overlapMinutes":8}""", () => world.CountAsync(keys));
    }

    private static async Task<PostCase> ReplayDeliveriesAsync(PostWorld world)
    {
        var hook = await world.NewHookAsync();
        await WebhookCase.DeadAsync(world.App, hook);
        return new PostCase(
            $"{hook.Path}/replay", "{}", $$"""{"eventIds":["{{new string('0', 32)}}"]}""",
            async () => 1 - (await hook.DeadAsync()).Count);
    }

    private static async Task<PostCase> ReplayAsync(PostWorld world)
    {
        var transaction = world.App.NewName("t");
        var message = world.Till.Message("completed", transaction, world.App.NewName("fp"));
        message["amount"] = -1;
        await world.Till.SendAsync(message);
        var filed = (await world.Till.RejectedAsync())
            .First(r => r!["body"]!.GetValue<string>().Contains($"\"{transaction}\"", StringComparison.Ordinal))!;
        message["amount"] = 100;
        var body = $$"""{"body":{{message.ToJsonString()}}}""";
        return new PostCase(
            $"rejected-payments/{filed["rejectedId"]}/replay", body, body.Replace("\"amount\":100", "\"amount\":200", StringComparison.Ordinal),
            async () => (await world.RowsAsync("Payments")).Count(r => r.RowKey == "h"));
    }

    private static async Task<PostCase> TagAsync(PostWorld world)
    {
        var (id, tag) = ((await world.NewCustomerAsync()).Id, world.App.NewName("tag"));
        return new PostCase(
            $"tags/{tag}/profiles", $$"""{"add":["{{id}}"]}""", $$"""{"remove":["{{id}}"]}""",
            () => HasAsync(world, $"profiles/{id}", $"\"{tag}\""))
        {
            Customers = [id],
        };
    }

    private static async Task<PostCase> TransferAsync(PostWorld world)
    {
        var friend = (await world.NewCustomerAsync()).Id;
        var body = $$"""{"to":{"profileId":"{{friend}}"},"points":1,"reason":"x"}""";
        return await OfWalletAsync(world, "transfers", body, body.Replace("1,", "2,", StringComparison.Ordinal));
    }
}
