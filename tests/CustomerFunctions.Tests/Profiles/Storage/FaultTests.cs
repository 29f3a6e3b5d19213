using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles.Storage;

public sealed class FaultTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private readonly Customers _customers = new(app);

    private sealed record Case(int Number, string Id, Change Change, ProfileKey? Key = null);

    [Fact]
    public async Task Creating_survives_a_fault_at_every_call()
    {
        await FaultEnumeration.RunAsync(
            "profile: create", app.Probe, NewAsync,
            async c => (await _customers.PutAsync(c.Id, Customers.New(c.Number), c.Change)).IsOk,
            async c => await AssertFoundAsync(c, $"c{c.Number}@example.com", 1));
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Changing_the_email_survives_a_fault_at_every_call()
    {
        await FaultEnumeration.RunAsync(
            "profile: change the email", app.Probe, MadeAsync,
            async c => (await _customers.PutAsync(
                c.Id, Customers.New(c.Number) with { Email = $"new{c.Number}@example.com" }, c.Change)).IsOk,
            async c =>
            {
                await AssertFoundAsync(c, $"new{c.Number}@example.com", 2);
                app.Clock.Advance(ProfileClaims.StaleAfter);
                var heir = Customers.New(Customers.NewNumber()) with { Email = $"c{c.Number}@example.com" };
                Assert.True((await _customers.PutAsync("heir-" + c.Id, heir)).IsOk);
            });
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Erasing_survives_a_fault_at_every_call()
    {
        await FaultEnumeration.RunAsync(
            "profile: erase", app.Probe, MadeAsync,
            async c => await _customers.Directory.EraseAsync(Customers.Live, c.Key!.Value, Customers.Stop) is null,
            async c =>
            {
                Assert.Null(await _customers.Directory.FindAsync(Customers.Live, c.Id, Customers.Stop));
                await _customers.AssertNothingLeftAsync();
                Assert.True((await _customers.PutAsync(c.Id, Customers.New(c.Number))).IsOk);
                await _customers.AssertSoundAsync();
            });
    }

    [Fact]
    public async Task A_purchase_counts_once_whatever_call_fails() => await FaultEnumeration.RunAsync(
        "profile: record a purchase", app.Probe, MadeAsync,
        async c =>
        {
            await _customers.Directory.RecordPurchaseAsync(
                Customers.Live, c.Key!.Value, new Purchase(1, 1500, "EUR", 100, app.Clock.GetUtcNow()) { Channel = SalesChannel.Online }, c.Change,
                Customers.Stop);
            return true;
        },
        async c =>
        {
            var stored = await _customers.Directory.FindAsync(Customers.Live, c.Key!.Value, Customers.Stop);
            Assert.Equal((1, 1500), (stored!.Figures.Orders, stored.Figures.Money["EUR"].SpentMinor));
            Assert.Equal(1, stored.Version);
        });

    [Fact]
    public async Task A_guest_is_made_once_whatever_call_fails() => await FaultEnumeration.RunAsync(
        "profile: make a guest", app.Probe, NewAsync,
        async c => (await _customers.Directory.MakeGuestAsync(
            Customers.Live, new GuestContact($"g{c.Number}@example.com", null, "Guest"), c.Change,
            Customers.Stop)).IsOk,
        async c =>
        {
            Assert.Single(await _customers.SearchAsync($"g{c.Number}@example.com"));
            await _customers.AssertSoundAsync();
        });

    [Fact]
    public async Task A_batch_that_breaks_off_anywhere_and_runs_again_gives_every_row_its_first_outcome()
    {
        var options = new BatchOptions(BatchExisting.Update, BatchMatch.Email, app.Clock.GetUtcNow());
        await FaultEnumeration.RunAsync(
            "profile: batch", app.Probe, MadeAsync,
            async c =>
            {
                var outcomes = await _customers.Batches.WriteAsync(
                    Customers.Live, "shop", BatchOf(c), options, Customers.Stop);
                Assert.Equal(
                    [BatchChange.Created, BatchChange.Created, BatchChange.Updated, BatchChange.Rejected],
                    outcomes.Select(o => o.Change));
                return true;
            },
            async c =>
            {
                await _customers.AssertSoundAsync();
                Assert.Equal(2, (await _customers.SearchAsync($"batch {Customers.Word(c.Number)}")).Count);
                Assert.Equal([c.Id], await _customers.SearchAsync($"renamed {Customers.Word(c.Number)}"));
            },
            callsVary: true);
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    private static BatchRow[] BatchOf(Case c)
    {
        var (name, there) = ($"Batch {Customers.Word(c.Number)}", Customers.New(c.Number));
        return
        [
            Row(c, 1, Customers.New(c.Number + 500_000) with { Name = name }),
            Row(c, 2, Customers.New(c.Number + 600_000) with { Name = name, Phone = null }),
            Row(c, 3, there with { Name = $"Renamed {Customers.Word(c.Number)}" }),
            Row(c, 4, Customers.New(c.Number + 700_000) with { Phone = there.Phone }),
        ];
    }

    private static BatchRow Row(Case c, int line, Profile profile) => new($"{c.Change.Id}/{line}", null, profile);

    private Task<Case> NewAsync() =>
        Task.FromResult(new Case(Customers.NewNumber(), app.NewName("f"), Customers.NewChange()));

    private async Task<Case> MadeAsync()
    {
        var c = await NewAsync();
        var saved = await _customers.PutAsync(c.Id, Customers.New(c.Number));
        return c with { Key = saved.Value.Profile.Key };
    }

    private async Task AssertFoundAsync(Case c, string email, long version)
    {
        var stored = await _customers.Directory.FindAsync(Customers.Live, c.Id, Customers.Stop);
        Assert.Equal((version, email), (stored!.Version, stored.Profile.Email));
        var owner = await _customers.Directory.FindByContactAsync(Customers.Live, email, null, Customers.Stop);
        Assert.Equal(stored.Key, owner?.Key);
        Assert.Equal([c.Id], await _customers.SearchAsync(email));
        await _customers.AssertSoundAsync();
    }
}
