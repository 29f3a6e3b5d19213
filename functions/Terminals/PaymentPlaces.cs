using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>What a change of a payment's owner means for the lists.</summary>
/// <param name="IsToAnother">Somebody has it who had it not before.</param>
/// <param name="IsToNobody">Whoever has it now was erased meanwhile.</param>
/// <param name="Left">The row under which it lay before, as it was read.</param>
public sealed record PaymentMove(bool IsToAnother, bool IsToNobody, CustomerPayment? Left);

/// <summary>Keeps payments in the lists that they belong to: their customer's, and that of nobody's payments.</summary>
public sealed class PaymentPlaces(PaymentIndex index, CustomerPayments customers, ProfileDirectory profiles)
{
    /// <summary>Lists a payment where it will be, before it is written so. An erasure takes the customer away first and
    /// then looks for payments, so at least one of the two sees the other.</summary>
    public async Task<PaymentMove> EnterAsync(
        PaymentKey key, Payment before, Payment next, CancellationToken cancel)
    {
        var (old, now) = (before.Outcome, next.Outcome);
        var isToAnother = now.ProfileKey is not null && now.ProfileKey != old.ProfileKey;
        var hasMoved = now.ProfileKey != old.ProfileKey || now.OccurredAt != old.OccurredAt;
        if (now.ProfileKey is null && old.ProfileKey is not null)
            await index.AddAsync(PaymentLists.Unlinked(key.Environment), before.KnownAt, key.Id, cancel);
        var left = hasMoved && old is { ProfileKey: { } had, OccurredAt: { } from }
            ? await customers.FindAsync(key, had, from, cancel)
            : null;
        if (hasMoved && now is { ProfileKey: { } owner, OccurredAt: { } at })
            await customers.AddAsync(key, owner, at, cancel);
        var isToNobody = isToAnother && await profiles.FindAsync(
            key.Environment, ProfileKey.Parse(now.ProfileKey!), cancel) is null;
        return new PaymentMove(isToAnother, isToNobody, left);
    }

    /// <summary>Takes a payment from where it was, after it was written.</summary>
    public async Task LeaveAsync(PaymentKey key, Payment before, PaymentMove move, CancellationToken cancel)
    {
        if (before.Outcome.ProfileKey is null && move.IsToAnother)
            await index.RemoveAsync(PaymentLists.Unlinked(key.Environment), before.KnownAt, key.Id, cancel);
        if (move.Left is { } row) await customers.RemoveAsync(row, cancel);
    }
}
