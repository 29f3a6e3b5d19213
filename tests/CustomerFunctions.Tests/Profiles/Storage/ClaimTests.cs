using CustomerFunctions.Profiles;
using CustomerFunctions.Tests.Harness;

namespace CustomerFunctions.Tests.Profiles.Storage;

public sealed class ClaimTests(AppUnderTest app) : IClassFixture<AppUnderTest>
{
    private readonly Customers _customers = new(app);

    [Fact]
    public async Task Sixty_four_registrations_of_one_email_and_phone_leave_one_owner()
    {
        var shop = await app.NewApplicationAsync();
        var n = Customers.NewNumber();
        string[] emails = [$"c{n}@example.com", $"C{n}@Example.COM", $"  c{n}@EXAMPLE.com "];
        string[] phones = [$"+4420{70000000 + n}", $"020 {70000000 + n}", $"0044 (20) {70000000 + n}"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            var body = Customers.Body(n, emails[i % 3], phones[i / 3 % 3]);
            ApiAnswer answer;
            do answer = await shop.PutAsync($"profiles/race-{n}-{i}", body);
            while (answer.Status == 503);
            return answer;
        }));
        Assert.Single(answers, a => a.Status == 201);
        var refused = answers.Where(a => a.Status != 201).ToList();
        Assert.Equal(63, refused.Count);
        Assert.All(refused, a => Assert.Equal(
            $"/{a.Expect(409).Code.Replace("-taken", "", StringComparison.Ordinal)}", Assert.Single(a.WrongFields)));
        await _customers.AssertSoundAsync();
        // Nobody's claim is in the way once the owner is gone.
        var owner = answers.Single(a => a.Status == 201).Text("integrationId");
        (await shop.DeleteAsync($"profiles/{owner}")).Expect(204);
        app.Clock.Advance(ProfileClaimAge);
        (await shop.PutAsync($"profiles/heir-{n}", Customers.Body(n))).Expect(201);
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Registrations_that_meet_leave_one_owner_and_block_nobody_whatever_call_fails()
    {
        await FaultEnumeration.RunAsync(
            "profile: registrations that meet", app.Probe, () => Task.FromResult(Customers.NewNumber()),
            async n =>
            {
                // What one of them left over when its process died is stale by the time of its next try.
                app.Clock.Advance(ProfileClaimAge);
                var met = await Task.WhenAll(RegisterAsync($"one-{n}", n), RegisterAsync($"two-{n}", n));
                return met.All(done => done);
            },
            async n =>
            {
                await _customers.AssertSoundAsync();
                var owner = await _customers.Directory.FindByContactAsync(
                    Customers.Live, $"c{n}@example.com", null, Customers.Stop);
                Assert.NotNull(owner);
                Assert.Null(await _customers.Directory.EraseAsync(Customers.Live, owner.Key, Customers.Stop));
                app.Clock.Advance(ProfileClaimAge);
                Assert.True((await _customers.PutAsync($"heir-{n}", Customers.New(n))).IsOk);
            },
            callsVary: true);
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_writer_held_back_anywhere_never_becomes_a_second_owner()
    {
        var tried = await FaultEnumeration.PauseAsync(
            "profile: claims taken over", app.Probe, () => Task.FromResult(Customers.NewNumber()),
            first: n => RegisterAsync($"slow-{n}", n),
            second: n =>
            {
                app.Clock.Advance(ProfileClaimAge);
                return RegisterAsync($"fast-{n}", n);
            },
            check: _ => _customers.AssertSoundAsync());
        Assert.True(tried >= 9);
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_timer_that_overtakes_a_writer_anywhere_takes_nothing_that_the_writer_needs()
    {
        await FaultEnumeration.PauseAsync(
            "profile: tidied while written", app.Probe,
            async () =>
            {
                var n = Customers.NewNumber();
                Assert.True(await RegisterAsync($"tidy-{n}", n));
                return n;
            },
            first: async n => (await _customers.PutAsync($"tidy-{n}", Customers.New(n) with
            {
                Name = "Other Name",
                Email = $"other{n}@example.com",
            })).IsOk,
            second: async _ =>
            {
                await _customers.TidyLaterAsync();
                return true;
            },
            check: _ => _customers.AssertSoundAsync());
        await _customers.TidyLaterAsync();
        await _customers.AssertNothingLeftAsync();
    }

    private static TimeSpan ProfileClaimAge => CustomerFunctions.Profiles.Storage.ProfileClaims.StaleAfter;

    private async Task<bool> RegisterAsync(string id, int n)
    {
        var saved = await _customers.PutAsync(id, Customers.New(n));
        return saved.IsOk || saved.Error.Code is ProfileErrors.EmailTaken or ProfileErrors.PhoneTaken;
    }
}
