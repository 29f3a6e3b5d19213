using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>One thing that happens at an instant.</summary>
public abstract record FeedStep(DateTimeOffset At);

/// <summary>A terminal says something of a payment. The sender may say it at any time from then on.</summary>
public sealed record Said(DateTimeOffset At, string Transaction, PaymentFact Fact) : FeedStep(At);

/// <summary>A customer closes an order that is paid with a card.</summary>
public sealed record Learned(DateTimeOffset At, string Customer, string Card, string Session) : FeedStep(At);

/// <summary>An admin says that a card is a customer's.</summary>
public sealed record Given(DateTimeOffset At, string Customer, string Card, DateTimeOffset? From) : FeedStep(At);

/// <summary>An admin says that it is not.</summary>
public sealed record Cut(DateTimeOffset At, string Customer, string Card) : FeedStep(At);

/// <summary>An admin says whose a payment is.</summary>
/// <param name="Customer">Null for nobody, and for the card's word when <paramref name="IsAutomatic"/>.</param>
public sealed record Decided(
    DateTimeOffset At, string Transaction, string? Customer, bool IsAutomatic) : FeedStep(At);

/// <summary>What happens in some weeks at the terminals of a shop: payments held, completed, refunded, cancelled, more
/// refunded than paid, told in contradictory ways; cards that are learned at random moments, shared, given and cut; and
/// admins who decide. The same seed makes the same feed.</summary>
public sealed record Feed(IReadOnlyList<FeedStep> Steps, IReadOnlyList<string> Customers, IReadOnlyList<string> Cards)
{
    /// <summary>How long payments go on.</summary>
    public const int Days = 40;

    /// <summary>When everything has happened and been said at last.</summary>
    public const int DaysUntilSaid = 75;

    /// <summary>A feed of so many events of terminals over so many cards.</summary>
    public static Feed Make(int seed, int events, int cards, DateTimeOffset start) =>
        new Maker(new Random(seed), events, cards, start).Make();

    /// <summary>As it happened.</summary>
    public IEnumerable<FeedStep> InOrder => Steps.OrderBy(s => s.At);

    private sealed class Maker(Random random, int events, int cards, DateTimeOffset start)
    {
        private readonly List<FeedStep> _steps = [];
        private readonly List<string> _cards = [.. Enumerable.Range(1, cards).Select(i => $"card-{i}")];
        private readonly List<string> _customers =
            [.. Enumerable.Range(1, Math.Max(2, cards / 2)).Select(i => $"customer-{i}")];

        private long _ticks;

        public Feed Make()
        {
            for (var i = 1; _steps.Count < events; i++) Pay($"tx-{i}");
            foreach (var card in _cards) Tie(card);
            return new Feed(_steps, _customers, _cards);
        }

        private void Pay(string transaction)
        {
            // Holds come up to a day and a half before their payments, and nothing before the feed begins.
            var (before, at) = (_steps.Count, Instant(2, Days));
            var paid = new PaymentFact
            {
                Kind = FactKind.Completed,
                EventId = $"{transaction}-paid",
                OccurredAt = at,
                Amount = random.Next(0, 9_000),
                Currency = "EUR",
                PaymentMedia = "visa",
                Fingerprint = Chance(90) ? Pick(_cards) : null,
            };
            if (Chance(15)) Say(transaction, Other(paid, FactKind.OnHold, -1, 0));
            if (Chance(95)) Say(transaction, paid);
            // Another message that contradicts the first.
            if (Chance(4)) Say(transaction, paid with { EventId = $"{transaction}-again", Amount = paid.Amount + 100 });
            for (var n = 1; Chance(25) && n < 4; n++)
                Say(transaction, Other(paid, FactKind.Refunded, n, 1 + random.NextInt64(paid.Amount + 1)) with
                {
                    RefundId = $"refund-{n}",
                });
            if (Chance(10)) Say(transaction, Other(paid, FactKind.Cancelled, 9, 0));
            if (_steps.Count > before && Chance(6)) Decide(transaction, at);
        }

        private PaymentFact Other(PaymentFact paid, FactKind kind, int number, long amount) => paid with
        {
            Kind = kind,
            EventId = $"{paid.EventId}-{kind}-{number}",
            OccurredAt = paid.OccurredAt.AddMinutes(number * random.Next(1, 2_000)),
            Amount = amount,
            Fingerprint = null,
        };

        private void Say(string transaction, PaymentFact fact) => _steps.Add(new Said(fact.OccurredAt, transaction, fact));

        private void Decide(string transaction, DateTimeOffset at)
        {
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                at = at.AddDays(1).AddTicks(random.NextInt64(TimeSpan.TicksPerDay * 10));
                var customer = Chance(75) ? Pick(_customers) : null;
                _steps.Add(new Decided(at, transaction, customer, IsAutomatic: customer is null && Chance(60)));
            }
        }

        private void Tie(string card)
        {
            var (own, other) = (Pick(_customers), Pick(_customers));
            for (var n = random.Next(0, 4); n > 0; n--)
                _steps.Add(new Learned(
                    Instant(0, Days + 20), Chance(70) ? own : other, card, $"session-{card}-{n}"));
            if (Chance(15))
                _steps.Add(new Given(
                    Instant(5, Days + 20), Pick([own, other, Pick(_customers)]), card, Chance(50) ? null : Instant(0, Days)));
            if (Chance(20)) _steps.Add(new Cut(Instant(5, Days + 20), Pick([own, other]), card));
        }

        // No two things happen at the same instant.
        private DateTimeOffset Instant(int fromDay, int toDay) => start.AddDays(fromDay)
            .AddTicks(random.NextInt64((toDay - fromDay) * TimeSpan.TicksPerDay) / 10_000 * 10_000)
            .AddTicks(++_ticks % 10_000);

        private bool Chance(int percent) => random.Next(100) < percent;

        private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
    }
}
