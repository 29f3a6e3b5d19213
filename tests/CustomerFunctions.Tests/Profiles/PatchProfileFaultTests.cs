using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles;

/// <summary>Patches while storage fails, and while another patch overtakes.</summary>
public sealed class PatchProfileFaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private readonly Customers _customers = new(app);

    private sealed record Case(ApiClient Shop, string Id, int Number, string ETag)
    {
        /// <summary>The statuses that the two callers were answered with at last.</summary>
        public int First { get; set; }

        public int Second { get; set; }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Patching_survives_a_fault_at_every_storage_call(bool ifMatch)
    {
        var shop = await WarmAsync();
        var tried = await FaultEnumeration.RunAsync(
            ifMatch ? "patch a profile, If-Match" : "patch a profile", app.Probe, () => NewCaseAsync(shop),
            async c => (await PatchAsync(c, new { email = $"new{c.Number}@example.com" }, ifMatch, "once")).IsSuccess,
            async c =>
            {
                await StandsAsync(c, 2, $"new{c.Number}@example.com", $"Customer {Customers.Word(c.Number)}");
                // Under another key it is a change that changes nothing.
                (await PatchAsync(c, new { email = $"new{c.Number}@example.com" }, false, "again")).Expect(200);
                await StandsAsync(c, 2, $"new{c.Number}@example.com", $"Customer {Customers.Word(c.Number)}");
            });
        Assert.True(tried > 8, $"{tried} faults");
    }

    [Fact]
    public async Task Two_patches_of_different_fields_both_stand_wherever_one_is_held_back()
    {
        var shop = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "patch and patch", app.Probe, () => NewCaseAsync(shop),
            async c => (await PatchAsync(c, new { email = $"new{c.Number}@example.com" }, false, "one")).IsSuccess,
            async c => (await PatchAsync(c, new { name = "Other" }, false, "two")).IsSuccess,
            c => StandsAsync(c, 3, $"new{c.Number}@example.com", "Other"));
    }

    [Fact]
    public async Task Of_two_patches_with_one_If_Match_one_is_refused_wherever_one_is_held_back()
    {
        var shop = await WarmAsync();
        await FaultEnumeration.PauseAsync(
            "patch and patch, If-Match", app.Probe, () => NewCaseAsync(shop),
            async c => (c.First = (await PatchAsync(
                c, new { email = $"new{c.Number}@example.com" }, true, "one")).Status) is 200 or 412,
            async c => (c.Second = (await PatchAsync(c, new { name = "Other" }, true, "two")).Status) is 200 or 412,
            async c =>
            {
                Assert.Equal([200, 412], ((int[])[c.First, c.Second]).Order());
                var (email, name) = c.First == 200
                    ? ($"new{c.Number}@example.com", $"Customer {Customers.Word(c.Number)}")
                    : ($"c{c.Number}@example.com", "Other");
                await StandsAsync(c, 2, email, name);
            });
    }

    private async Task<ApiClient> WarmAsync()
    {
        var shop = await app.NewApplicationAsync();
        await NewCaseAsync(shop);
        return shop;
    }

    private async Task<Case> NewCaseAsync(ApiClient shop)
    {
        var (id, number) = (app.NewName("patch"), Customers.NewNumber());
        var made = (await shop.PutAsync($"profiles/{id}", Customers.Body(number))).Expect(201);
        return new Case(shop, id, number, made.Headers["ETag"]);
    }

    private static Task<ApiAnswer> PatchAsync(Case c, object patch, bool ifMatch, string key)
    {
        (string, string)[] headers = [("Idempotency-Key", $"{c.Id}-{key}")];
        return c.Shop.PatchAsync($"profiles/{c.Id}", patch, ifMatch ? [.. headers, ("If-Match", c.ETag)] : headers);
    }

    private async Task StandsAsync(Case c, long version, string email, string name)
    {
        var stored = await _customers.Directory.FindAsync(Customers.Live, c.Id, Customers.Stop);
        Assert.Equal((version, email, name), (stored!.Version, stored.Profile.Email, stored.Profile.Name));
        Assert.Equal([c.Id], await _customers.SearchAsync(email));
        await _customers.AssertSoundAsync();
    }
}
