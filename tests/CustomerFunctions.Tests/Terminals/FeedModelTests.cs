using System.Collections.Immutable;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Terminals.Domain;

namespace CustomerFunctions.Tests.Terminals;

/// <summary>Thousands of feeds in the pure domain: messages come in any order, twice, and are worked on or not; then the
/// last of them is. What comes out is what the whole feed says, read at once by somebody who knows no order.</summary>
public sealed class FeedModelTests
{
    private const int Feeds = 2_000;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ImmutableArray<Rate> Rates =
    [
        new("late", 0.5m, "Down", IsRetroactive: true, RetroactiveDays: 10), new("stars", 1, "Down", true, 30),
        new("now", 2, "Down", IsRetroactive: false, 0),
    ];

    [Fact]
    public void Whatever_the_order_the_end_is_what_the_feed_says()
    {
        var moved = 0;
        for (var seed = 0; seed < Feeds; seed++)
        {
            var feed = Feed.Make(seed, events: 20, cards: 4, Start);
            var model = new Model(new Random(~seed));
            model.Run(feed);
            Assert.Equal(Naive(feed), model.State());
            moved += model.Moved;
        }

        Assert.True(moved > Feeds / 2, $"Only {moved} payments changed hands.");
    }

    // All facts, links and decisions at once.
    private static string Naive(Feed feed)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var links = LinksOf(feed);
        foreach (var said in feed.Steps.OfType<Said>().GroupBy(s => s.Transaction))
        {
            var facts = said.Aggregate(PaymentFacts.None, (all, s) => all.With(s.Fact));
            var summary = PaymentSummary.Of(facts);
            var decision = feed.InOrder.OfType<Decided>().LastOrDefault(d => d.Transaction == said.Key);
            var owner = OwnerOf(summary, decision, links);
            sums[$"{said.Key} {owner?.ProfileKey}"] = summary.Net;
            if (owner is null || summary.Status == PaymentStatus.Cancelled) continue;
            Add(sums, $"{owner.ProfileKey} spent", summary.Amount);
            Add(sums, $"{owner.ProfileKey} refunded", summary.Refunded);
            foreach (var rate in Rates.Where(r => r.Earns(summary.OccurredAt, owner.KnownAt)))
                Add(sums, $"{owner.ProfileKey} {rate.Program}", PointsOf(rate, summary.Net));
        }

        return Write(sums);
    }

    private static Dictionary<string, List<FingerprintLink>> LinksOf(Feed feed)
    {
        var links = feed.Cards.ToDictionary(c => c, _ => new List<FingerprintLink>());
        foreach (var step in feed.InOrder) Tie(links, step);
        return links;
    }

    private static string? Tie(Dictionary<string, List<FingerprintLink>> links, FeedStep step)
    {
        switch (step)
        {
            case Learned l:
                links[l.Card].Add(new FingerprintLink(l.Session, l.Customer, l.At));
                return l.Card;
            case Given g:
                links[g.Card].Add(LinkChanges.Give(links[g.Card], [g.Customer], g.From, g.At, "a"));
                return g.Card;
            case Cut c:
                foreach (var cut in LinkChanges.Cut(links[c.Card], [c.Customer], c.At, "a"))
                    links[c.Card] = [.. links[c.Card].Select(l => l.After(cut))];
                return c.Card;
            default:
                return null;
        }
    }

    private static PaymentOwner? OwnerOf(
        PaymentSummary summary, Decided? decision, Dictionary<string, List<FingerprintLink>> links)
    {
        if (decision is { IsAutomatic: false })
            return decision.Customer is { } said ? new PaymentOwner(said, summary.OccurredAt, [said]) : null;
        if (summary.Fingerprint is not { } card) return null;
        return Ownership.Decide(links[card], summary.OccurredAt) is { } link
            ? new PaymentOwner(
                link.ProfileKey, link.Kind == LinkKind.Given ? summary.OccurredAt : link.EvidenceAt, [link.ProfileKey])
            : null;
    }

    private static long PointsOf(Rate rate, long net) => (long)Math.Floor(net / 100m * rate.PointsPerUnit) * 100;

    private static void Add(SortedDictionary<string, long> sums, string name, long value) =>
        sums[name] = sums.GetValueOrDefault(name) + value;

    private static string Write(SortedDictionary<string, long> sums) =>
        string.Join('\n', sums.Where(s => s.Value != 0).Select(s => $"{s.Key} {s.Value}"));

    /// <summary>Payments, links and wallets without storage: steps of intents only add and take away.</summary>
    private sealed class Model(Random random)
    {
        private readonly Dictionary<string, Payment> _payments = [];
        private readonly Dictionary<string, Decided> _decisions = [];
        private readonly SortedDictionary<string, long> _sums = new(StringComparer.Ordinal);
        private Dictionary<string, List<FingerprintLink>> _links = [];

        /// <summary>How often a payment went from one customer to another.</summary>
        public int Moved { get; private set; }

        public void Run(Feed feed)
        {
            _links = feed.Cards.ToDictionary(c => c, _ => new List<FingerprintLink>());
            // Admins and sessions act in their order, terminals in any.
            var acts = new Queue<FeedStep>(feed.InOrder.Where(s => s is not Said));
            var said = feed.Steps.OfType<Said>().SelectMany(s => Enumerable.Repeat(s, random.Next(1, 4))).ToArray();
            random.Shuffle(said);
            var late = new List<Decided>();
            foreach (var message in said)
            {
                while (acts.Count > 0 && random.Next(said.Length) < acts.Count) Act(acts.Dequeue(), late);
                Take(message);
            }

            while (acts.Count > 0) Act(acts.Dequeue(), late);
            foreach (var decision in late) Act(decision, []);
            foreach (var transaction in _payments.Keys) Reconcile(transaction);
        }

        public string State()
        {
            foreach (var (transaction, payment) in _payments)
                _sums[$"{transaction} {payment.Outcome.ProfileKey}"] = PaymentSummary.Of(payment.Facts).Net;
            return Write(_sums);
        }

        private void Act(FeedStep step, List<Decided> late)
        {
            if (step is Decided decided)
            {
                // Nobody can decide on what is not known yet.
                if (late.Any(l => l.Transaction == decided.Transaction) || !_payments.ContainsKey(decided.Transaction))
                {
                    late.Add(decided);
                    return;
                }

                _decisions[decided.Transaction] = decided;
                Reconcile(decided.Transaction);
                return;
            }

            var card = Tie(_links, step);
            foreach (var (transaction, payment) in _payments)
                if (payment.Facts.Completed?.Fingerprint == card && random.Next(4) > 0) Reconcile(transaction);
        }

        private void Take(Said message)
        {
            var payment = _payments.GetValueOrDefault(message.Transaction) ?? new Payment
            {
                Application = "shop",
                TransactionId = message.Transaction,
                KnownAt = Start,
            };
            _payments[message.Transaction] = payment with { Facts = payment.Facts.With(message.Fact) };
            if (random.Next(4) > 0) Reconcile(message.Transaction);
        }

        private void Reconcile(string transaction)
        {
            var payment = _payments[transaction];
            var summary = PaymentSummary.Of(payment.Facts);
            var owner = OwnerOf(summary, _decisions.GetValueOrDefault(transaction), _links);
            var desired = Reconciliation.Desired(summary, owner, Rates, PointsOf);
            if (Reconciliation.Plan(payment, desired, summary.OccurredAt, owner?.Keys ?? []) is not { } intent) return;
            foreach (var step in intent.Points)
                Add(_sums, $"{step.ProfileKey} {step.Program}", step.IsTakenBack ? -step.Hundredths : step.Hundredths);
            foreach (var step in intent.Figures)
            {
                Add(_sums, $"{step.ProfileKey} spent", step.Spent);
                Add(_sums, $"{step.ProfileKey} refunded", step.Refunded);
            }

            if (payment.Outcome.ProfileKey is { } had && owner is not null && had != owner.ProfileKey) Moved++;
            _payments[transaction] = payment with { Outcome = intent.After, Intents = intent.Number };
        }
    }
}
