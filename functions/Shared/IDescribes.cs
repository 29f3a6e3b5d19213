using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Shared;

/// <summary>What an area knows of a customer, for the customer to see. Areas that keep something personal register one
/// each; their parts together are the answer to a subject access request.</summary>
public interface IDescribes
{
    /// <summary>The part's name in the document.</summary>
    string Section { get; }

    /// <summary>What is known, as it goes into JSON; null when nothing is. A part that may be long answers an
    /// <see cref="IAsyncEnumerable{T}"/>, which is written as it is read.</summary>
    /// <param name="environment">Where the customer lives.</param>
    /// <param name="keys">The customer's own key first, then those of customers merged into it.</param>
    /// <param name="cancel">Stops it.</param>
    Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel);
}
