using CustomerFunctions.Orders.Domain;
using CustomerFunctions.Orders.Storage;

namespace CustomerFunctions.Orders;

/// <summary>Hears of cards as they are learned. Implemented by areas above this one, which it may not know.</summary>
public interface ILearnedFingerprints
{
    /// <summary>A card was tied to a customer. May be told again; a fault means that it will be.</summary>
    Task LearnedAsync(FingerprintKey card, FingerprintLink link, CancellationToken cancel);
}
