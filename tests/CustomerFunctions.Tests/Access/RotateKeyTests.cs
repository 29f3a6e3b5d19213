using System.Text.Json.Nodes;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Access;

public sealed class RotateKeyTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private sealed record Line(string Shop, string KeyId, ApiClient Client)
    {
        public string Path => $"applications/{Shop}/keys/{KeyId}";

        public (string, string) Change { get; } = ("Idempotency-Key", Guid.NewGuid().ToString("n"));
    }

    [Fact]
    public async Task Old_and_new_key_hold_until_the_overlap_ends()
    {
        var line = await NewAsync();
        var rotated = (await app.Admin.PostAsync(line.Path + "/rotation", new { overlapMinutes = 60 })).Expect(201);
        var next = new ApiClient(app.Host, rotated.Text("key"), line.Shop);
        Assert.Equal(line.KeyId, rotated.Text("replaces"));
        Assert.Equal(["integration", "staff"], rotated.Json["scopes"]!.AsArray().Select(s => s!.GetValue<string>()));
        (await line.Client.GetAsync("profiles")).Expect(200);
        (await next.GetAsync("profiles")).Expect(200);
        app.Clock.Advance(TimeSpan.FromMinutes(60));
        (await line.Client.GetAsync("profiles")).ExpectProblem(401, "unauthenticated");
        (await next.GetAsync("profiles")).Expect(200);
        var listed = (await KeysAsync(line)).Single(k => k!["keyId"]!.GetValue<string>() == line.KeyId)!;
        Assert.Equal(rotated.Text("keyId"), listed["successor"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_overlap_the_old_key_ends_at_once()
    {
        var line = await NewAsync();
        (await app.Admin.PostAsync(line.Path + "/rotation", new { overlapMinutes = 0 })).Expect(201);
        (await line.Client.GetAsync("profiles")).ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task No_more_than_two_keys_of_a_line_hold()
    {
        var line = await NewAsync();
        var second = (await app.Admin.PostAsync(line.Path + "/rotation")).Expect(201);
        var path = $"applications/{line.Shop}/keys/{second.Text("keyId")}/rotation";
        (await app.Admin.PostAsync(line.Path + "/rotation")).ExpectProblem(409, "key-rotated");
        (await app.Admin.PostAsync(path)).ExpectProblem(409, "key-rotated");
        app.Clock.Advance(TimeSpan.FromDays(1));
        (await app.Admin.PostAsync(line.Path + "/rotation")).ExpectProblem(409, "key-ended");
        (await app.Admin.PostAsync(path)).Expect(201);
    }

    [Fact]
    public async Task A_key_whose_successor_was_revoked_can_be_rotated_again()
    {
        var line = await NewAsync();
        var second = (await app.Admin.PostAsync(line.Path + "/rotation")).Expect(201);
        (await app.Admin.DeleteAsync($"applications/{line.Shop}/keys/{second.Text("keyId")}")).Expect(204);
        (await app.Admin.PostAsync(line.Path + "/rotation")).Expect(201);
    }

    [Fact]
    public async Task A_revoked_an_unknown_or_somebody_elses_key_is_not_rotated()
    {
        var line = await NewAsync();
        var sandbox = await app.NewApplicationAsync("sandbox", ["admin"]);
        (await sandbox.PostAsync(line.Path + "/rotation")).ExpectProblem(404, "not-found");
        (await app.Admin.PostAsync($"applications/{line.Shop}/keys/0123/rotation")).ExpectProblem(404, "not-found");
        (await line.Client.PostAsync(line.Path + "/rotation")).ExpectProblem(403, "denied");
        (await app.Admin.DeleteAsync(line.Path)).Expect(204);
        (await app.Admin.PostAsync(line.Path + "/rotation")).ExpectProblem(409, "key-ended");
    }

    [Theory]
    [InlineData("""{"overlapMinutes": -1}""", "/overlapMinutes")]
    [InlineData("""{"overlapMinutes": 43201}""", "/overlapMinutes")]
    [InlineData("""{"expiresAt": "2020-01-01T00:00:00Z"}""", "/expiresAt")]
    [InlineData("""{"overlap": 1}""", "/overlap")]
    public async Task A_wrong_request_is_told(string body, string pointer)
    {
        var line = await NewAsync();
        var answer = await app.Admin.PostAsync(line.Path + "/rotation", JsonNode.Parse(body)!);
        Assert.Equal([pointer], answer.ExpectProblem(400, "invalid").WrongFields);
    }

    [Fact]
    public Task Rotating_survives_a_fault_at_every_storage_call() => FaultEnumeration.RunAsync(
        "rotate a key", app.Probe, NewAsync,
        async c => (await RotateAsync(c)).Status is 201 or 409,
        async c =>
        {
            Assert.Equal(2, (await KeysAsync(c)).Count);
            (await RotateAsync(c)).ExpectProblem(409, "answer-not-kept");
            (await c.Client.GetAsync("profiles")).Expect(200);
        });

    [Fact]
    public Task Of_two_rotations_at_once_one_is_made() => FaultEnumeration.PauseAsync(
        "rotate and rotate a key", app.Probe, NewAsync,
        async c => (await RotateAsync(c)).Status is 201 or 409,
        async c => (await app.Admin.PostAsync(c.Path + "/rotation")).Status is 201 or 409,
        async c => Assert.Equal(2, (await KeysAsync(c)).Count));

    [Fact]
    public Task A_revocation_stands_though_a_rotation_is_held_back_anywhere() => FaultEnumeration.PauseAsync(
        "rotate and revoke a key", app.Probe, NewAsync,
        async c => (await RotateAsync(c)).Status is 201 or 409,
        async c => (await app.Admin.DeleteAsync(c.Path)).IsSuccess,
        async c => (await c.Client.GetAsync("profiles")).ExpectProblem(401, "unauthenticated"));

    private Task<ApiAnswer> RotateAsync(Line c) => app.Admin.PostAsync(c.Path + "/rotation", null, c.Change);

    private async Task<JsonArray> KeysAsync(Line c) =>
        (await app.Admin.GetAsync($"applications/{c.Shop}/keys")).Expect(200).Json["items"]!.AsArray();

    private async Task<Line> NewAsync()
    {
        var client = await app.NewApplicationAsync(scopes: ["integration", "staff"]);
        var line = new Line(client.Application, "", client);
        return line with { KeyId = Assert.Single(await KeysAsync(line))!["keyId"]!.GetValue<string>() };
    }
}
