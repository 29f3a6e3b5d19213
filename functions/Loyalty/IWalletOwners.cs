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

    /// <summary>Who is behind an id. Fails with: not-found.</summary>
    Task<Result<WalletOwner>> ResolveAsync(
        AppEnvironment environment, string program, string id, CancellationToken cancel);
}

/// <summary>Who owns a wallet.</summary>
/// <param name="Key">The opaque key that names the wallets.</param>
/// <param name="MovedTo">The id that the asked one was merged into; null when it is the owner's own.</param>
public sealed record WalletOwner(string Key, string? MovedTo = null);
