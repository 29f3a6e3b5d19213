using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty;

/// <summary>Those who own wallets of one kind of program, as routes name them:
/// <c>/programs/{program}/{owners}/{id}/…</c>.</summary>
public interface IWalletOwners
{
    /// <summary>The part of the route: <c>profiles</c> or <c>cards</c>.</summary>
    string Segment { get; }

    /// <summary>The programs whose wallets they own.</summary>
    ProgramKind Kind { get; }

    /// <summary>The opaque key of an owner, which names its wallets. Fails with: not-found.</summary>
    Task<Result<string>> ResolveAsync(
        AppEnvironment environment, string program, string id, CancellationToken cancel);
}
