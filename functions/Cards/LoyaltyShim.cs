using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

#pragma warning disable
namespace CustomerFunctions.Loyalty.Domain
{
    public enum ProgramKind { Profile, Card }
}

namespace CustomerFunctions.Loyalty
{
    public interface IWalletOwners
    {
        string Segment { get; }
        Domain.ProgramKind Kind { get; }
        Task<Result<string>> ResolveAsync(AppEnvironment environment, string program, string id, CancellationToken cancel);
    }

    public static class Shim
    {
        public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string?> Seals = new();

        extension(LoyaltyProgram p)
        {
            public ProgramKind Kind => ProgramKind.Card;
            public int CardMembersMax => 2;
        }

        public static async Task<Result<bool>> SealAsync(this PointsLedger l, WalletId w, string? seal, CancellationToken c)
        {
            Seals[w.ToString()] = seal;
            return true;
        }
    }
}
