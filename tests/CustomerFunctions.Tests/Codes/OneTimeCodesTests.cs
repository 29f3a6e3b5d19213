using CustomerFunctions.Access.Domain;
using CustomerFunctions.Codes;
using CustomerFunctions.Codes.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Codes;

/// <summary>The door for claims.</summary>
public sealed class OneTimeCodesTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private const AppEnvironment Live = AppEnvironment.Live;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OneTimeCodes Codes => app.Services.GetRequiredService<OneTimeCodes>();

    [Fact]
    public async Task A_claim_goes_to_the_email_and_is_proven_once_after_any_number_of_previews()
    {
        var (guest, claimant) = (await Letterbox.NewAsync(app), await Letterbox.NewAsync(app));
        var (key, purpose) = ((await guest.StoredAsync()).Key, CodePurpose.Claim((await claimant.StoredAsync()).Key));
        Assert.Null(await SendAsync(key, purpose));
        await guest.SendAsync();
        var code = app.Letters.Secret(guest.Email);
        Assert.Empty(app.Letters.To(guest.Phone));
        var other = CodePurpose.Claim(key);
        Assert.Equal("no-code", (await CheckAsync(key, other, code)).Error!.Code);
        Assert.Equal("code-wrong", (await CheckAsync(key, purpose, Letterbox.Other(code))).Error!.Code);
        for (var i = 0; i < 2; i++) Assert.True((await CheckAsync(key, purpose, code, preview: true)).IsOk);
        var change = Change.Of(Guid.NewGuid().ToString());
        Assert.Equal(guest.Id, (await CheckAsync(key, purpose, code, change: change)).Value!.IntegrationId);
        Assert.True((await CheckAsync(key, purpose, code, change: change)).IsOk);
        Assert.Equal("no-code", (await CheckAsync(key, purpose, code)).Error!.Code);
    }

    [Fact]
    public async Task Previews_count_as_tries()
    {
        var guest = await Letterbox.NewAsync(app);
        var (key, purpose) = ((await guest.StoredAsync()).Key, CodePurpose.Claim(ProfileKey.New(app.Clock.GetUtcNow())));
        Assert.Null(await SendAsync(key, purpose));
        await guest.SendAsync();
        var code = app.Letters.Secret(guest.Email);
        for (var i = 0; i < 5; i++) Assert.True((await CheckAsync(key, purpose, code, preview: true)).IsOk);
        Assert.Equal("no-code", (await CheckAsync(key, purpose, code)).Error!.Code);
    }

    [Fact]
    public async Task Without_an_email_a_claim_goes_to_the_phone_and_without_both_nowhere()
    {
        var guest = await Letterbox.NewAsync(app);
        var purpose = CodePurpose.Claim(ProfileKey.New(app.Clock.GetUtcNow()));
        (await guest.Shop.PutAsync(guest.Profile, new { kind = "guest", phone = guest.Phone })).Expect(200);
        var key = (await guest.StoredAsync()).Key;
        Assert.Null(await SendAsync(key, purpose));
        await guest.SendAsync();
        Assert.True((await CheckAsync(key, purpose, app.Letters.Secret(guest.Phone))).IsOk);
        (await guest.Shop.PutAsync(guest.Profile, new { kind = "guest" })).Expect(200);
        Assert.Equal("no-contact", (await SendAsync(key, purpose))!.Code);
        Assert.Equal("not-found", (await SendAsync(ProfileKey.New(app.Clock.GetUtcNow()), purpose))!.Code);
    }

    [Fact]
    public async Task A_subject_access_tells_of_codes_without_giving_any_away()
    {
        var zoe = await Letterbox.NewAsync(app);
        var key = (await zoe.StoredAsync()).Key;
        var part = app.Services.GetServices<IDescribes>().Single(d => d.Section == "codes");
        Assert.Null(await part.DescribeAsync(Live, [key], Cancel));
        await zoe.NewCodeAsync();
        var items = Assert.IsType<List<DescribedCodes.Item>>(await part.DescribeAsync(Live, [key], Cancel));
        var item = Assert.Single(items);
        Assert.Equal(("phone", 1, 0, false), (item.Purpose, item.AskedAt.Count, item.Tries, item.Used));
    }

    private Task<Error?> SendAsync(ProfileKey key, CodePurpose purpose) => Codes.SendAsync(
        Live, new Application("shop", Live, "UTC", "EUR", "GB", app.Clock.GetUtcNow()), key, purpose,
        Change.Of(Guid.NewGuid().ToString()), Cancel);

    private Task<Result<StoredProfile?>> CheckAsync(
        ProfileKey key, CodePurpose purpose, string code, bool preview = false, Change? change = null) =>
        Codes.CheckAsync(Live, key, purpose, code, preview, change ?? Change.Of(Guid.NewGuid().ToString()), Cancel);
}
