using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Access;

/// <summary>The door for other areas: applications by name, for what comes without a key. At most 5 seconds old.
/// </summary>
public sealed class ApplicationDirectory(AccessTable table, TimeProvider clock)
{
    private readonly ShortCache<Application> _known = new(clock);

    /// <summary>One application, or null.</summary>
    public Task<Application?> FindAsync(string name, CancellationToken cancel) =>
        _known.GetAsync(name, () => table.FindApplicationAsync(name, cancel));
}
