using System.Text.Json.Nodes;
using CustomerFunctions.Orders;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>An app of its own that lives through a feed. Sessions and admins act at their instants, so that evidence is
/// of the same time in every run; messages come whenever the run wants, from their own time on.</summary>
public sealed class FeedRun(AppUnderTest app, Till till, Feed feed, DateTimeOffset start) : IAsyncDisposable
{
    private const int TriesMax = 6;
    private const int CallsTried = 30;

    private readonly Dictionary<string, Queue<Decided>> _undecided = [];

    /// <summary>How many deliveries ended halfway, and how many storage calls failed.</summary>
    public (int Lost, int Failed, int Deliveries) Trouble { get; private set; }

    public AppUnderTest App => app;

    public Till Till => till;

    public Feed Feed => feed;

    /// <summary>When all is said and done.</summary>
    public DateTimeOffset EndsAt => start.AddDays(Feed.DaysUntilSaid);

    /// <summary>A new app, in which everything has the same name as in any other run, with the feed's customers.</summary>
    public static async Task<FeedRun> StartAsync(AzuriteFixture azurite, Func<DateTimeOffset, Feed> make)
    {
        var app = new AppUnderTest(azurite);
        await app.InitializeAsync();
        var shop = await app.NewApplicationAsync(name: "feed");
        foreach (var (program, isRetroactive) in new[] { ("stars", true), ("late", false) })
            (await shop.PutAsync($"programs/{program}", new
            {
                title = program,
                timeZone = "UTC",
                defaultExpiry = "3M",
                earn = new { pointsPerUnit = 1, rounding = "down", retroactive = isRetroactive, retroactiveDays = 20 },
            })).Expect(201);
        var feed = make(app.Clock.GetUtcNow());
        foreach (var customer in feed.Customers)
            (await shop.PutAsync($"profiles/{customer}", new { kind = "guest", name = customer })).Expect(201);
        return new FeedRun(app, new Till(app, shop, "stars"), feed, app.Clock.GetUtcNow());
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>Everything in order, once, without any fault.</summary>
    public async Task LiveCleanAsync()
    {
        foreach (var step in feed.InOrder)
        {
            app.Clock.SetUtcNow(step.At);
            await DoAsync(step);
        }

        await EndAsync();
    }

    /// <summary>Messages late, in any order and repeated, over storage that fails, in a process that dies.</summary>
    public async Task LiveRoughlyAsync(Random random)
    {
        var due = new PriorityQueue<FeedStep, DateTimeOffset>();
        foreach (var step in feed.Steps)
        {
            var times = step is not Said || random.Next(10) < 7 ? 1 : random.Next(2, 4);
            for (var n = 0; n < times; n++) due.Enqueue(step, step is Said ? step.At + Delay(random) : step.At);
        }

        while (due.TryDequeue(out var step, out var at))
        {
            app.Clock.SetUtcNow(at);
            if (random.Next(40) == 0) await till.SweepAsync();
            if (!await TryAsync(step, random)) due.Enqueue(step, at.AddMinutes(random.Next(1, 60)));
        }

        await EndAsync();
    }

    private static TimeSpan Delay(Random random) => TimeSpan.FromMinutes(random.Next(10) switch
    {
        < 4 => random.NextDouble(),
        < 8 => 60 * 24 * random.NextDouble(),
        _ => 60 * 24 * 20 * random.NextDouble(),
    });

    // False when a message must be delivered once more.
    private async Task<bool> TryAsync(FeedStep step, Random random)
    {
        var (how, call) = (random.Next(10), random.Next(1, CallsTried));
        if (step is Said) Trouble = Trouble with { Deliveries = Trouble.Deliveries + 1 };
        if (how == 0 && step is Said message) return await LoseAsync(message, call);
        if (how > 2)
        {
            await DoAsync(step);
            return true;
        }

        app.Probe.FailAt(call, how == 1 ? FaultKind.BeforeEffect : FaultKind.AfterEffect);
        for (var i = 0; i < TriesMax; i++)
        {
            try
            {
                await DoAsync(step);
                break;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException && i + 1 < TriesMax)
            {
                // What a queue or a client does with a fault: try again.
            }
        }

        if (app.Probe.WasHit) Trouble = Trouble with { Failed = Trouble.Failed + 1 };
        app.Probe.Count();
        return true;
    }

    private async Task<bool> LoseAsync(Said message, int call)
    {
        using var end = new CancellationTokenSource();
        var reached = app.Probe.PauseAt(call);
        var sent = Task.Run(() => till.SendAsync(MessageOf(message).ToJsonString(), cancel: end.Token));
        await Task.WhenAny(reached, sent);
        await end.CancelAsync();
        app.Probe.Release();
        try
        {
            await sent;
            await FollowAsync(message.Transaction);
            return true;
        }
        catch (OperationCanceledException)
        {
            Trouble = Trouble with { Lost = Trouble.Lost + 1 };
            return false;
        }
        finally
        {
            app.Probe.Count();
        }
    }

    private async Task DoAsync(FeedStep step)
    {
        switch (step)
        {
            case Said said:
                await till.SendAsync(MessageOf(said));
                await FollowAsync(said.Transaction);
                break;
            case Learned l:
                (await till.LearnAsync(l.Customer, l.Card, l.Session)).ThrowIfUnavailable().Expect(200);
                break;
            case Given g:
                (await till.Shop.PutAsync($"fingerprints/{g.Card}/links/{g.Customer}", new { from = g.From }))
                    .ThrowIfUnavailable().Expect(200);
                break;
            case Cut c:
                (await till.Shop.DeleteAsync($"fingerprints/{c.Card}/links/{c.Customer}")).ThrowIfUnavailable().Expect(200);
                break;
            case Decided d:
                if (!_undecided.TryGetValue(d.Transaction, out var waiting))
                    _undecided.Add(d.Transaction, waiting = new Queue<Decided>());
                if (!waiting.Contains(d)) waiting.Enqueue(d);
                await FollowAsync(d.Transaction);
                break;
            default:
                throw new InvalidOperationException($"What is {step}?");
        }
    }

    // An admin can only decide about a payment that is known; whoever could not yet does it once it is.
    private async Task FollowAsync(string transaction)
    {
        if (!_undecided.TryGetValue(transaction, out var waiting)) return;
        while (waiting.TryPeek(out var d))
        {
            var path = $"payments/{d.Transaction}/link";
            var answer = d.IsAutomatic ? await till.Shop.PutAsync(path, new { automatic = true })
                : d.Customer is null ? await till.Shop.DeleteAsync(path)
                : await till.Shop.PutAsync(path, new { profileId = d.Customer });
            if (answer.ThrowIfUnavailable().Status == 404) return;
            answer.Expect(200);
            waiting.Dequeue();
        }
    }

    private async Task EndAsync()
    {
        app.Clock.SetUtcNow(EndsAt);
        await till.SweepAsync();
        Assert.All(_undecided.Values, Assert.Empty);
        foreach (var kind in (string[])[PaymentReconciler.DueKind, CardLinking.DueKind, SessionWriter.DueKind])
            await foreach (var item in app.Services.GetRequiredService<DueIndex>().ReadAsync(kind, EndsAt, default))
                Assert.Fail($"Still due: {item.Subject}");
    }

    private JsonObject MessageOf(Said said) => new()
    {
        ["eventId"] = said.Fact.EventId,
        ["refundId"] = said.Fact.RefundId,
        ["type"] = said.Fact.Kind switch
        {
            FactKind.OnHold => "payment.on_hold",
            var kind => $"payment.{kind.ToString().ToLowerInvariant()}",
        },
        ["transactionId"] = said.Transaction,
        ["occurredAt"] = said.Fact.OccurredAt.ToString("O"),
        ["application"] = till.Shop.Application,
        ["amount"] = said.Fact.Amount,
        ["currency"] = said.Fact.Currency,
        ["paymentMedia"] = said.Fact.PaymentMedia,
        ["fingerprint"] = said.Fact.Fingerprint,
    };
}

file static class Unavailable
{
    /// <summary>A client takes a 503 as a reason to ask again.</summary>
    public static ApiAnswer ThrowIfUnavailable(this ApiAnswer answer) =>
        answer.Status == 503 ? throw new TimeoutException(answer.Body) : answer;
}
