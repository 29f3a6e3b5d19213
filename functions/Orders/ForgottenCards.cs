using CustomerFunctions.Orders.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Orders;

/// <summary>Takes the cards from a customer who is erased. Sessions hold no contact, only the customer's key, which
/// stays as a pseudonym.</summary>
public sealed class ForgottenCards(FingerprintBook book) : IForgets
{
    /// <inheritdoc/>
    public Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel) =>
        book.ForgetAsync(environment, key.ToString(), cancel);
}
