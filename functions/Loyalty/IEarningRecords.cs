using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty;

/// <summary>Something that a customer bought, as its own record tells it.</summary>
/// <param name="Name">What it is called, for people: <c>session s-1 of shop</c>.</param>
/// <param name="Origin">The origin of its points.</param>
/// <param name="Purchases">What it adds to the customer's figures.</param>
/// <param name="Points">What it has earned and still has, by program, in hundredths.</param>
public sealed record EarningRecord(
    string Name, Origin Origin, IReadOnlyList<Purchase> Purchases, IReadOnlyDictionary<string, long> Points)
{
    /// <summary>What is wrong with what was derived from it, or with itself; empty for nothing.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}

/// <summary>Records of what customers bought, from which figures and points are made: to hold those against them. Areas
/// whose records earn points register one each.</summary>
public interface IEarningRecords
{
    /// <summary>The kind of <see cref="Origin"/> that its records have.</summary>
    string OriginKind { get; }

    /// <summary>A customer's records, in any order.</summary>
    IAsyncEnumerable<EarningRecord> ReadAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel);

    /// <summary>The record of an origin, whoever's it is now; null when there is none. Its points are those that the
    /// keys have of it.</summary>
    Task<EarningRecord?> FindAsync(
        AppEnvironment environment, Origin origin, IReadOnlyList<ProfileKey> keys, CancellationToken cancel);
}
