using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Shared;

/// <summary>What an area does when a customer is erased. They run one after the other, those of the highest area first,
/// and again when an erasure broke off: doing it twice changes nothing.</summary>
public interface IForgets
{
    /// <summary>True for what needs to know who the customer is: it runs while the profile is still there. All others
    /// run when nobody can find the customer any more, so that nothing new comes while they work.</summary>
    bool NeedsProfile => false;

    /// <summary>Removes what the area knows of a person. Amounts, points and dates stay under the key.</summary>
    Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel);
}
