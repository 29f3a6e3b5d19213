using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>What came of an admin's word about a card.</summary>
/// <param name="LinkId">The link that was given; null for a cut.</param>
/// <param name="Payments">How many payments have changed hands, or points, in this request.</param>
/// <param name="Pending">True when a timer goes on with more of them.</param>
public sealed record LinkedCard(string? LinkId, int Payments, bool Pending);

/// <summary>
/// Changes which customers a card belongs to, as an admin says, and lets its payments follow. A mark in the due index
/// comes first, then the links, then the payments one by one: as many as a request has time for, and all others by the
/// timer. A payment for which there is nothing to do is fenced, since somebody may be about to write what the links
/// were before.
/// </summary>
public sealed class CardLinking(
    FingerprintBook book, PaymentReconciler reconciler, ProfileDirectory profiles, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's kind of work for cards whose links have changed.</summary>
    public const string DueKind = "card";

    /// <summary>Payments that one request goes through. Each may cost some twenty calls, one after the other: all of
    /// them write to the same wallets.</summary>
    public const int PaymentsPerRequest = 50;

    /// <summary>Payments of a card that one run of the timer goes through.</summary>
    public const int PaymentsPerRun = 500;

    private const int PageSize = 100;

    // Long enough that the request itself is done by then.
    private static readonly TimeSpan SweepAfter = TimeSpan.FromMinutes(1);

    /// <summary>Makes a card a customer's. Fails with: not-found (the customer was erased meanwhile), contention.
    /// </summary>
    /// <param name="card">The card.</param>
    /// <param name="customer">The customer.</param>
    /// <param name="from">For payments from this instant on; null for all of them.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<Result<LinkedCard>> GiveAsync(
        FingerprintKey card, StoredProfile customer, DateTimeOffset? from, string by, CancellationToken cancel) =>
        ChangeAsync(
            card, customer, from,
            async (read, keys, c) =>
            {
                var link = LinkChanges.Give(read.Links, keys, from, clock.GetUtcNow(), by);
                if (!read.Links.Contains(link)) await book.GiveAsync(read, link, c);
                return link;
            },
            cancel);

    /// <summary>Cuts everything that ties a card to a customer now. Fails with: contention.</summary>
    public Task<Result<LinkedCard>> CutAsync(
        FingerprintKey card, StoredProfile customer, string by, CancellationToken cancel) => ChangeAsync(
        card, customer, null,
        async (read, keys, c) =>
        {
            var cuts = LinkChanges.Cut(read.Links, keys, clock.GetUtcNow(), by);
            if (cuts.Count > 0) await book.CutAsync(read, cuts, c);
            return null;
        },
        cancel);

    /// <summary>A timer's work on a card whose links may have changed; true when its mark can go.</summary>
    /// <param name="item">The mark.</param>
    /// <param name="max">Payments that are gone through now; for more there is another mark.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<bool> SweepAsync(DueItem item, int max, CancellationToken cancel)
    {
        var work = CardWork.Parse(item.Subject);
        var card = FingerprintKey.Parse(work.Card);
        var read = await book.ReadAsync(card, cancel);
        foreach (var links in read.Links.GroupBy(l => l.ProfileKey))
            await ForgetGoneAsync(card, links.Key, links, cancel);
        var after = work.After.Length > 0 && work.Version == read.Version ? work.After : null;
        if ((await GoThroughAsync(card, after, max, cancel)).Next is { } next)
        {
            // Where the links change meanwhile, the next run begins anew.
            var rest = work with { Version = read.Version, After = next };
            await due.MarkAsync(DueKind, rest.ToString(), clock.GetUtcNow() + SweepAfter, cancel);
            return true;
        }

        // Whoever marked before this run but has not changed the links yet must fail, and so mark again.
        return await book.FenceAsync(read, cancel);
    }

    private async Task<Result<LinkedCard>> ChangeAsync(
        FingerprintKey card, StoredProfile customer, DateTimeOffset? from,
        Func<CardLinks, IReadOnlyList<string>, CancellationToken, Task<FingerprintLink?>> change,
        CancellationToken cancel)
    {
        DueItem? mark = null;
        string[] keys = [.. customer.Keys.Select(k => k.ToString())];
        var changed = await Contention.RetryAsync<string>(
            async c =>
            {
                var read = await book.ReadAsync(card, c);
                mark = await due.MarkAsync(
                    DueKind, CardWork.All(card.ToString()).ToString(), clock.GetUtcNow() + SweepAfter, c);
                var link = await change(read, keys, c);
                // An erasure takes the customer away first and looks for cards then.
                var isGone = link is not null && await ForgetGoneAsync(card, link.ProfileKey, [link], c);
                return isGone ? ProfileErrors.NotFound : link?.LinkId ?? "";
            },
            cancel);
        if (!changed.Try(out var linkId, out var refusal)) return refusal;
        var start = from is { } instant ? CardPayment.PositionAt(instant) : null;
        var (count, next) = await GoThroughAsync(card, start, PaymentsPerRequest, cancel);
        if (next is null) await due.RemoveAsync(mark!, cancel);
        return new LinkedCard(linkId.Length > 0 ? linkId : null, count, next is not null);
    }

    private async Task<bool> ForgetGoneAsync(
        FingerprintKey card, string customer, IEnumerable<FingerprintLink> links, CancellationToken cancel)
    {
        if (await profiles.FindAsync(card.Environment, ProfileKey.Parse(customer), cancel) is not null) return false;
        foreach (var link in links) await book.ForgetAsync(card, link, cancel);
        return true;
    }

    // How many payments have changed, and where to go on; null when all were gone through.
    private async Task<(int Changed, string? Next)> GoThroughAsync(
        FingerprintKey card, string? after, int max, CancellationToken cancel)
    {
        var changed = 0;
        for (var left = max; ;)
        {
            var rows = await book.ListPaymentsAsync(card, after, PageSize, cancel);
            foreach (var row in rows)
            {
                if (left-- == 0) return (changed, after);
                var key = new PaymentKey(card.Environment, row.Payment);
                if (await reconciler.ReconcileAnewAsync(key, cancel)) changed++;
                after = row.Position;
            }

            if (rows.Count < PageSize) return (changed, null);
        }
    }
}
