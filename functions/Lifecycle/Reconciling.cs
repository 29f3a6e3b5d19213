using CustomerFunctions.Loyalty;
using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Lifecycle;

/// <summary>Something that does not follow from the records.</summary>
/// <param name="ProfileId">Whose.</param>
/// <param name="What"><c>figures</c>, <c>points</c> or <c>record</c>.</param>
/// <param name="Detail">What is wrong, as a sentence.</param>
public sealed record Difference(string ProfileId, string What, string Detail)
{
    /// <summary>The record that it is about.</summary>
    public string? Record { get; init; }

    public string? Program { get; init; }

    /// <summary>What follows from the records.</summary>
    public object? Expected { get; init; }

    /// <summary>What is there.</summary>
    public object? Found { get; init; }
}

/// <summary>Rebuilds what a customer bought and earned from the records, and compares. Reads all sessions, payments and
/// entries of the customer.</summary>
public sealed class Reconciling(
    IEnumerable<IEarningRecords> sources, ProgramCatalog programs, WalletReader wallets)
{
    /// <summary>Every difference of one customer; none when everything follows from the records.</summary>
    public async Task<IReadOnlyList<Difference>> CheckAsync(
        AppEnvironment environment, StoredProfile customer, CancellationToken cancel)
    {
        var records = new List<EarningRecord>();
        foreach (var source in sources)
            await foreach (var record in source.ReadAsync(environment, customer.Keys, cancel)) records.Add(record);
        var found = records.SelectMany(r => r.Faults.Select(
            f => new Difference(customer.IntegrationId, "record", f) { Record = r.Name })).ToList();
        if (DifferenceOf(customer, records) is { } figures) found.Add(figures);
        foreach (var program in await programs.ListAsync(environment, cancel))
            if (program.Kind == ProgramKind.Profile)
                found.AddRange(await CheckAsync(environment, customer, program.Name, records, cancel));
        return found;
    }

    private static Difference? DifferenceOf(StoredProfile customer, IEnumerable<EarningRecord> records)
    {
        // When somebody was active last is not a figure of the records alone.
        var expected = records.SelectMany(r => r.Purchases).Aggregate(ProfileFigures.None, (f, p) => f.With(p))
            with
        { LastActivityAt = null };
        var stored = customer.Figures with { LastActivityAt = null };
        return Json.Write(expected) == Json.Write(stored)
            ? null
            : new Difference(customer.IntegrationId, "figures", "The figures are not what the records add up to.")
            {
                Expected = expected,
                Found = stored,
            };
    }

    private async Task<IEnumerable<Difference>> CheckAsync(
        AppEnvironment environment, StoredProfile customer, string program, List<EarningRecord> records,
        CancellationToken cancel)
    {
        var found = new List<Difference>();
        var wallet = WalletId.Of(environment, program, customer.Key);
        var origins = (await wallets.OriginsAsync(wallet, cancel)).ToDictionary(o => o.Origin);
        var known = records.ToDictionary(r => r.Origin);
        foreach (var origin in origins.Keys.Where(o => !known.ContainsKey(o)))
            if (sources.FirstOrDefault(s => s.OriginKind == origin.Kind) is { } source)
                known[origin] = await source.FindAsync(environment, origin, customer.Keys, cancel)
                    ?? new EarningRecord("nothing", origin, [], new Dictionary<string, long>());
        foreach (var (origin, record) in known)
        {
            var there = origins.GetValueOrDefault(origin);
            var expected = record.Points.GetValueOrDefault(program);
            // What people granted or undid in its name is theirs to know.
            if (there is { IsByRuleAlone: false } || (there?.Net.Hundredths ?? 0) == expected) continue;
            found.Add(new Difference(customer.IntegrationId, "points", "The wallet has other points of it.")
            {
                Record = record.Name,
                Program = program,
                Expected = expected / 100m,
                Found = there is null ? 0 : there.Net.Hundredths / 100m,
            });
        }

        return found;
    }
}
