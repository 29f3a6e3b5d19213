using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>Tells whose a payment is: whom an admin has decided for, else whom its card says.</summary>
public sealed class PaymentOwners(FingerprintBook book, ProfileDirectory profiles)
{
    /// <summary>Whose a payment is now, or null. Two calls for one with a card, one where an admin has decided; one
    /// more when it changes hands.</summary>
    public async Task<PaymentOwner?> FindAsync(
        PaymentKey key, Payment payment, PaymentSummary summary, CancellationToken cancel)
    {
        var so = payment.Outcome;
        // Nothing tells whose it was any more; it stays where it is.
        if (payment.IsErased && so.ProfileKey is { } erased)
            return new PaymentOwner(erased, summary.OccurredAt, [erased]);
        // The payment is filed under its card before the links are read: whoever changes links does it the other way
        // round, so at least one of the two sees both.
        FingerprintKey? card = payment.Facts.Completed?.Fingerprint is { } fingerprint
            ? FingerprintKey.Of(key.Environment, fingerprint)
            : null;
        if (card is { } filed) await book.AddPaymentAsync(filed, summary.OccurredAt, key.Id, cancel);

        if (payment.Decision is { ProfileKey: null }) return null;
        // An admin's word holds whenever it comes; but not for a customer who was erased before it took effect.
        if (payment.Decision?.ProfileKey is { } decided
            && (decided == so.ProfileKey
                || await profiles.FindAsync(key.Environment, ProfileKey.Parse(decided), cancel) is not null))
            return await KnownAsync(key, so, new PaymentOwner(decided, summary.OccurredAt, [decided]), cancel);
        if (card is null || await book.FindOwnerAsync(card.Value, summary.OccurredAt, cancel) is not { } link)
            return null;
        var knownAt = link.Kind == LinkKind.Given ? summary.OccurredAt : link.EvidenceAt;
        return await KnownAsync(key, so, new PaymentOwner(link.ProfileKey, knownAt, [link.ProfileKey]), cancel);
    }

    // Two customers who were merged are one: the payment stays under the key that it has come to already.
    private async Task<PaymentOwner> KnownAsync(
        PaymentKey key, Outcome so, PaymentOwner owner, CancellationToken cancel)
    {
        var isNew = so.ProfileKey is null || so.ProfileKey == owner.ProfileKey;
        if (isNew && so.Kept.IsEmpty) return owner;
        var profile = await profiles.FindAsync(key.Environment, ProfileKey.Parse(owner.ProfileKey), cancel);
        if (profile is null) return owner;
        string[] keys = [.. profile.Keys.Select(k => k.ToString())];
        return owner with
        {
            ProfileKey = so.ProfileKey is { } had && keys.Contains(had) ? had : owner.ProfileKey,
            Keys = keys,
        };
    }
}
