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
        Assert.All(answers.Where(a => a.Status != 201), a => Assert.Equal(409, a.Status));
        await _customers.AssertSoundAsync();
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
