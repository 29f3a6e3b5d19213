using System.Text.Json.Nodes;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Lifecycle;

/// <summary>What a merge would come to.</summary>
/// <param name="Possible">False when something speaks against it.</param>
/// <param name="Reasons">What speaks against it, as sentences.</param>
/// <param name="ProfileId">Who would stay.</param>
/// <param name="Fields">Every field in which the one who stays would change, or the two differ.</param>
/// <param name="TotalOrders">Orders of both.</param>
/// <param name="Loyalty">The points of both by program.</param>
public sealed record MergePreview(
    bool Possible, IReadOnlyList<string> Reasons, string ProfileId, IReadOnlyList<MergedField> Fields, int TotalOrders,
    IReadOnlyList<MergedPoints> Loyalty);

/// <summary>One field of two customers and of what they would be.</summary>
public sealed record MergedField(string Name, JsonNode? From, JsonNode? Into, JsonNode? Result);

/// <summary>The points of two customers in one program, and together.</summary>
public sealed record MergedPoints(string Program, LedgerFigures From, LedgerFigures Into, LedgerFigures Result);

/// <summary>Shows what a merge would come to, and writes nothing.</summary>
public sealed class MergeForesight(ProfileMerging merging, ProgramCatalog programs, WalletReader wallets)
{
    private const string DietaryNotes = "dietaryNotes";

    /// <summary>The preview. Reads both wallets of each program of customers.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="pair">The two.</param>
    /// <param name="staff">True when dietary notes may be shown.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<MergePreview> OfAsync(
        AppEnvironment environment, MergePair pair, bool staff, CancellationToken cancel)
    {
        var union = pair.IsDone ? pair.Into.Profile : ProfileUnion.Of(pair.Into.Profile, pair.From.Profile);
        var reasons = pair.IsDone ? [] : await merging.ReasonsAgainstAsync(environment, pair, cancel);
        var orders = pair.IsDone ? pair.Into.Figures : pair.Into.Figures.Plus(pair.From.Figures);
        return new MergePreview(
            reasons.Count == 0, reasons, pair.Into.IntegrationId, FieldsOf(pair, union, staff), orders.Orders,
            pair.IsDone ? [] : await PointsAsync(environment, pair, cancel));
    }

    private static List<MergedField> FieldsOf(MergePair pair, Profile union, bool staff)
    {
        var (from, into) = (ProfileDocument.Tree(pair.From.Profile), ProfileDocument.Tree(pair.Into.Profile));
        var result = ProfileDocument.Tree(union);
        var names = ProfileDocument.Differences(pair.From.Profile, pair.Into.Profile)
            .Union(ProfileDocument.Differences(pair.Into.Profile, union));
        return
        [
            .. names.Where(n => staff || n != DietaryNotes).Order(StringComparer.Ordinal).Select(n => new MergedField(
                n, from[n]?.DeepClone(), into[n]?.DeepClone(), result[n]?.DeepClone())),
        ];
    }

    private async Task<IReadOnlyList<MergedPoints>> PointsAsync(
        AppEnvironment environment, MergePair pair, CancellationToken cancel)
    {
        var found = new List<MergedPoints>();
        foreach (var program in await programs.ListAsync(environment, cancel))
        {
            if (program.Kind != ProgramKind.Profile) continue;
            var from = await BalanceAsync(environment, program, pair.From.Key, cancel);
            var into = await BalanceAsync(environment, program, pair.Into.Key, cancel);
            found.Add(new MergedPoints(
                program.Name, Sum(from.Ledgers.Values), Sum(into.Ledgers.Values), Together(from, into)));
        }

        return found;
    }

    private Task<Balance> BalanceAsync(
        AppEnvironment environment, LoyaltyProgram program, ProfileKey key, CancellationToken cancel) =>
        wallets.BalanceAsync(
            WalletId.Of(environment, program.Name, key), program, Ledgers.All, asOf: null, asKnownAt: null, cancel);

    // What one owes in a ledger the other's active points pay.
    private static LedgerFigures Together(Balance a, Balance b) => Sum(
        a.Ledgers.Keys.Union(b.Ledgers.Keys).Select(ledger =>
        {
            var sum = a.Ledgers.GetValueOrDefault(ledger, LedgerFigures.None)
                + b.Ledgers.GetValueOrDefault(ledger, LedgerFigures.None);
            var paid = Points.Min(sum.Active, sum.Negative);
            return sum with { Active = sum.Active - paid, Negative = sum.Negative - paid };
        }));

    private static LedgerFigures Sum(IEnumerable<LedgerFigures> ledgers) =>
        ledgers.Aggregate(LedgerFigures.None, (a, b) => a + b);
}
