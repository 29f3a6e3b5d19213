using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Lifecycle;

/// <summary>
/// Erases a customer from every area. First what needs to know who it is; then the profile loses its data, so that
/// nobody finds the customer any more; then all other areas, the highest first, since what builds on an area names what
/// lies in it; then what is left of the profile. A mark in the due index comes before all that and stays: the timer
/// does
/// everything once more a minute later, which finishes what broke off and takes what was on its way meanwhile.
/// </summary>
public sealed class Erasure(
    ProfileDirectory directory, IEnumerable<IForgets> areas, DueIndex due, TimeProvider clock)
{
    /// <summary>The due index's kind of work for erasures.</summary>
    public const string DueKind = "erase";

    private static readonly TimeSpan SecondLookAfter = TimeSpan.FromMinutes(1);

    /// <summary>Makes sure that a customer will be erased. Nothing is erased yet.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="keys">The customer's own key, then those of customers merged into it.</param>
    /// <param name="cancel">Stops it.</param>
    public Task BeginAsync(AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        due.MarkAsync(
            DueKind, $"{environment.Name()}|{string.Join(',', keys)}", clock.GetUtcNow() + SecondLookAfter, cancel);

    /// <summary>The timer's work: true when the customer is gone from everywhere.</summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var parts = item.Subject.Split('|');
        var keys = parts[1].Split(',').Select(ProfileKey.Parse).ToList();
        return await EraseAsync(AppEnvironments.Parse(parts[0]), keys, cancel) is null;
    }

    /// <summary>Erases a customer; null, or the refusal. May be stopped and told again. Fails with:
    /// contention.</summary>
    public async Task<Error?> EraseAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel)
    {
        foreach (var area in areas.Reverse().Where(a => a.NeedsProfile))
            foreach (var key in keys) await area.ForgetAsync(environment, key, cancel);
        if (await directory.SealAsync(environment, keys[0], cancel) is { } refusal) return refusal;
        foreach (var area in areas.Reverse().Where(a => !a.NeedsProfile))
            foreach (var key in keys) await area.ForgetAsync(environment, key, cancel);
        if (await directory.EraseAsync(environment, keys[0], cancel) is { } unfinished) return unfinished;
        await directory.TidyAsync(environment, keys, cancel);
        return null;
    }
}
