using CustomerFunctions.Access.Domain;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Terminals;

/// <summary>The senders of messages, at most 5 seconds old.</summary>
public sealed class Applications(AccessTable table, TimeProvider clock)
{
    private readonly ShortCache<Application> _known = new(clock);

    /// <summary>One application, or null.</summary>
    public Task<Application?> FindAsync(string name, CancellationToken cancel) =>
        _known.GetAsync(name, () => table.FindApplicationAsync(name, cancel));
}
