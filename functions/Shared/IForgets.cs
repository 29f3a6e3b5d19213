using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Shared;

/// <summary>What an area does when a customer is erased. Areas register one each; they run one after the other before
/// the profile itself goes, and again when an erasure broke off: doing it twice changes nothing.</summary>
public interface IForgets
{
    /// <summary>Removes what the area knows of a person. Amounts, points and dates stay under the key.</summary>
    Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel);
}
