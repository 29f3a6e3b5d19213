using CustomerFunctions.Orders;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals;
using CustomerFunctions.Terminals.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>Two customers of a till, and what they have so far of all cases.</summary>
public sealed record TwoCustomers(Till Till, StoredProfile Zoe, StoredProfile Adam)
{
    public static async Task<TwoCustomers> NewAsync(AppUnderTest app)
    {
        var till = await Till.OpenAsync(app);
        var profiles = app.Services.GetRequiredService<ProfileDirectory>();
        var zoe = await profiles.FindAsync(AppEnvironment.Live, await till.NewCustomerAsync(), default);
        var adam = await profiles.FindAsync(AppEnvironment.Live, await till.NewCustomerAsync(), default);
        return new TwoCustomers(till, zoe!, adam!);
    }

    /// <summary>Points and money of the two.</summary>
    public async Task<(decimal Zoe, decimal Adam, string Money)> HaveAsync() => (
        await Till.ActiveAsync(Zoe.IntegrationId), await Till.ActiveAsync(Adam.IntegrationId),
        $"{await Till.FiguresAsync(Zoe.IntegrationId)} {await Till.FiguresAsync(Adam.IntegrationId)}");
}

/// <summary>A payment of a card that may be Zoë's or Adam's, with everything that can happen to it.</summary>
public sealed record LinkedCase(AppUnderTest App, TwoCustomers Two, string Card, string Transaction)
{
    private (decimal Zoe, decimal Adam, string Money) _before;

    private Till Till => Two.Till;

    private FingerprintKey Key => FingerprintKey.Of(AppEnvironment.Live, Card);

    private FingerprintBook Book => App.Services.GetRequiredService<FingerprintBook>();

    private CardLinking Linking => App.Services.GetRequiredService<CardLinking>();

    /// <summary>A new card and payment, of which nothing is known.</summary>
    public static async Task<LinkedCase> NewAsync(AppUnderTest app, TwoCustomers two) =>
        new(app, two, app.NewName("fp"), app.NewName("t")) { _before = await two.HaveAsync() };

    /// <summary>A card that is known to be Zoë's.</summary>
    public static async Task<LinkedCase> KnownAsync(AppUnderTest app, TwoCustomers two)
    {
        var c = await NewAsync(app, two);
        await c.Book.LearnAsync(c.Key, c.LinkOf(two.Zoe), default);
        return c;
    }

    /// <summary>A payment with it, which is Zoë's for that.</summary>
    public static async Task<LinkedCase> PaidAsync(AppUnderTest app, TwoCustomers two)
    {
        var c = await KnownAsync(app, two);
        await c.PayAsync();
        return c;
    }

    public async Task<bool> PayAsync()
    {
        await Till.SendAsync(Till.Message("completed", Transaction, Card));
        return true;
    }

    public async Task<bool> RefundAsync()
    {
        await Till.SendAsync(Till.Refund(Transaction, "r", 490));
        return true;
    }

    /// <summary>The card is learned to be Adam's, as the close of a session does it.</summary>
    public async Task<bool> LearnAsync()
    {
        var link = LinkOf(Two.Adam);
        await Book.LearnAsync(Key, link, default);
        foreach (var area in App.Services.GetServices<ILearnedFingerprints>())
            await area.LearnedAsync(Key, link, default);
        return true;
    }

    public async Task<bool> DecideAsync() =>
        (await Till.Shop.PutAsync($"payments/{Transaction}/link", new { profileId = Two.Adam.IntegrationId })).IsSuccess;

    public async Task<bool> DecideNobodyAsync() =>
        (await Till.Shop.DeleteAsync($"payments/{Transaction}/link")).IsSuccess;

    public async Task<bool> UndecideAsync() =>
        (await Till.Shop.PutAsync($"payments/{Transaction}/link", new { automatic = true })).IsSuccess;

    public async Task<bool> GiveAsync() =>
        (await Till.Shop.PutAsync($"fingerprints/{Card}/links/{Two.Adam.IntegrationId}", new { })).IsSuccess;

    public async Task<bool> CutAsync() =>
        (await Till.Shop.DeleteAsync($"fingerprints/{Card}/links/{Two.Zoe.IntegrationId}")).IsSuccess;

    public Task GiveAsync(CancellationToken cancel) => Linking.GiveAsync(Key, Two.Adam, null, "application:x", cancel);

    public Task CutAsync(CancellationToken cancel) => Linking.CutAsync(Key, Two.Zoe, "application:x", cancel);

    public Task DecideAsync(CancellationToken cancel) => App.Services.GetRequiredService<PaymentWriter>().ChangeAsync(
        PaymentKey.Of(AppEnvironment.Live, Till.Shop.Application, Transaction),
        p => p!.Decision is null ? p with { Decision = new(Two.Adam.Key.ToString(), App.Clock.GetUtcNow(), "x") } : p,
        cancel);

    /// <summary>The timer, some minutes later.</summary>
    public async Task<bool> SweepAsync()
    {
        App.Clock.Advance(TimeSpan.FromMinutes(3));
        await ActivatorUtilities.CreateInstance<SweepPayments>(App.Services).Run(new TimerInfo(), default);
        return true;
    }

    /// <summary>The timer, some minutes later, with time for two payments of a card only.</summary>
    public Task SweepTwoAsync()
    {
        App.Clock.Advance(TimeSpan.FromMinutes(3));
        return App.Services.GetRequiredService<DueIndex>().WorkAsync(
            CardLinking.DueKind, App.Clock.GetUtcNow(), (item, cancel) => Linking.SweepAsync(item, 2, cancel), default);
    }

    /// <summary>Asserts that the payment is whose it must be, and that points and money of both say so.</summary>
    public async Task IsAsync(StoredProfile? owner, long refunded = 0)
    {
        var payment = await Till.PaymentAsync(Transaction);
        Assert.Null(payment.Intent);
        Assert.Equal(owner?.Key.ToString(), payment.Outcome.ProfileKey);
        var points = (2500 - refunded) / 100;
        var money = _before.Money.Split(' ').Zip([Two.Zoe, Two.Adam], (before, customer) =>
        {
            var parts = before.Split('/').Select(long.Parse).ToList();
            return customer == owner ? $"{parts[0]}/{parts[1] + 2500}/{parts[2] + refunded}" : before;
        });
        Assert.Equal(
            (_before.Zoe + (owner == Two.Zoe ? points : 0), _before.Adam + (owner == Two.Adam ? points : 0),
                string.Join(' ', money)),
            await Two.HaveAsync());
    }

    /// <summary>Asserts that the payment is whose it must be by what is known now.</summary>
    public async Task IsAsKnownAsync()
    {
        var payment = await Till.PaymentAsync(Transaction);
        var links = await Book.ListLinksAsync(Key, default);
        var owner = payment.Decision is { } decision
            ? decision.ProfileKey
            : CustomerFunctions.Orders.Domain.Ownership.Decide(links, payment.Facts.Completed!.OccurredAt)?.ProfileKey;
        await IsAsync(new[] { Two.Zoe, Two.Adam }.SingleOrDefault(c => c.Key.ToString() == owner));
    }

    private FingerprintLink LinkOf(StoredProfile customer) =>
        new($"link-{customer.IntegrationId}", customer.Key.ToString(), App.Clock.GetUtcNow());
}
