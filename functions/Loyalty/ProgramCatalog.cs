using CustomerFunctions.Loyalty.Domain;
using CustomerFunctions.Loyalty.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Loyalty;

/// <summary>The loyalty programs, at most 5 seconds old and at once for what this instance changed.</summary>
public sealed class ProgramCatalog(ProgramTable table, TimeProvider clock)
{
    private readonly ShortCache<IReadOnlyList<LoyaltyProgram>> _programs = new(clock);

    /// <summary>One program, or null.</summary>
    public async Task<LoyaltyProgram?> FindAsync(AppEnvironment environment, string name, CancellationToken cancel) =>
        (await ListAsync(environment, cancel)).FirstOrDefault(p => p.Name == name);

    /// <summary>All programs of an environment.</summary>
    public async Task<IReadOnlyList<LoyaltyProgram>> ListAsync(AppEnvironment environment, CancellationToken cancel) =>
        await _programs.GetAsync(
            environment.Name(), async () => await table.ListAsync(environment, cancel)) ?? [];

    /// <summary>The active programs of customers in which purchases through an application earn.</summary>
    public Task<IReadOnlyList<LoyaltyProgram>> ApplicableAsync(
        AppEnvironment environment, string application, CancellationToken cancel) =>
        ApplicableAsync(environment, application, ProgramKind.Profile, cancel);

    /// <summary>The active programs of one kind in which purchases through an application earn.</summary>
    public async Task<IReadOnlyList<LoyaltyProgram>> ApplicableAsync(
        AppEnvironment environment, string application, ProgramKind kind, CancellationToken cancel) =>

        [
            .. (await ListAsync(environment, cancel))
                .Where(p => p.Kind == kind && p.AppliesTo(application)),
        ];

    /// <summary>Writes a program; true when it is new. Fails with: kind-fixed, contention.</summary>
    public async Task<Result<bool>> PutAsync(
        AppEnvironment environment, LoyaltyProgram program, CancellationToken cancel)
    {
        var isNew = await Contention.RetryAsync<bool>(
            c => table.TryPutAsync(environment, program, clock.GetUtcNow(), c), cancel);
        _programs.Forget(environment.Name());
        return isNew;
    }
}
