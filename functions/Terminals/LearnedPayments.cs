using CustomerFunctions.Orders;
using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Terminals.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>Links the payments that were kept until their card was learned.</summary>
public sealed class LearnedPayments(FingerprintBook book, PaymentReconciler reconciler) : ILearnedFingerprints
{
    /// <inheritdoc/>
    public async Task LearnedAsync(FingerprintKey card, FingerprintLink link, CancellationToken cancel)
    {
        await foreach (var payment in book.PaymentsOfAsync(card, link, cancel))
            await reconciler.ReconcileAnewAsync(new PaymentKey(card.Environment, payment), cancel);
    }
}
