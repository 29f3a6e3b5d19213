using System.Runtime.CompilerServices;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports;

/// <summary>Finds the ids of the customers whom rows belong to, while the rows are read.</summary>
public sealed class CustomerNames(ProfileDirectory profiles)
{
    /// <summary>Rows that are read ahead of their customers.</summary>
    private const int RowsAtOnce = 500;

    // Source: measured against the emulator; more reads side by side only queue there.
    private const int ReadsAtOnce = 16;

    /// <summary>The rows with their customers' ids: of whom a customer was merged into, and null for one who was
    /// erased. One call for each customer, and one for each merge.</summary>
    /// <param name="environment">Where the customers live.</param>
    /// <param name="rows">The rows, those of one customer one after the other.</param>
    /// <param name="ownerOf">Tells the customer's key.</param>
    /// <param name="cancel">Stops it.</param>
    public async IAsyncEnumerable<(T Row, string? Id)> AddAsync<T>(
        AppEnvironment environment, IAsyncEnumerable<T> rows, Func<T, string> ownerOf,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        await foreach (var some in rows.Chunk(RowsAtOnce).WithCancellation(cancel))
        {
            var owners = some.Select(ownerOf).Distinct().ToList();
            // Only the last customer of the rows before may go on.
            known = known.Where(k => k.Key == owners[0]).ToDictionary(StringComparer.Ordinal);
            foreach (var unknown in owners.Where(o => !known.ContainsKey(o)).ToList().Chunk(ReadsAtOnce))
            {
                var found = await Task.WhenAll(unknown.Select(
                    o => profiles.FindAsync(environment, ProfileKey.Parse(o), cancel)));
                for (var i = 0; i < unknown.Length; i++) known[unknown[i]] = found[i]?.IntegrationId;
            }

            foreach (var row in some) yield return (row, known[ownerOf(row)]);
        }
    }

    /// <summary>The runs that a customer's rows lie in, one for each of its keys; none when there is no such customer.
    /// </summary>
    public async Task<IReadOnlyList<KeyRange>> KeysOfAsync(
        AppEnvironment environment, string integrationId, CancellationToken cancel) =>
        await profiles.FindAsync(environment, integrationId, cancel) is { } found
            ? [.. found.Keys.Select(k => KeyRange.Of(k.ToString()))]
            : [];
}
