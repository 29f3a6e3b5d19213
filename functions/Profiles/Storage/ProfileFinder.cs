using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>Pages of customers: by kind in the order of their age, or by what was typed.</summary>
public sealed class ProfileFinder(ProfileSearchTable index, ProfilesTable profiles)
{
    /// <summary>Profiles that one page reads at a time.</summary>
    private const int ReadsAtOnce = 16;

    /// <summary>Customers with a tag, of one kind, or of both, oldest first. When they were made bounds what is read.
    /// A page may be short while there are more.</summary>
    public Task<Page<StoredProfile>> ListAsync(
        AppEnvironment environment, ProfileFilter filter, string? after, int limit, CancellationToken cancel)
    {
        ProfileKind[] kinds = filter.Kind is { } one ? [one] : [ProfileKind.Registered, ProfileKind.Guest];
        var entries = filter.Tag is { } tag
            ? [IndexEntries.ListOf(tag)]
            : kinds.Select(IndexEntries.ListOf).ToList();
        var span = IndexSpan.ByAge(after, filter.CreatedAfter, filter.CreatedBefore);
        return PageAsync(
            environment, entries, span,
            (row, stored) => (filter.Tag is not null || row.Entry == IndexEntries.ListOf(stored.Profile.Kind))
                && filter.Takes(stored),
            limit, cancel);
    }

    /// <summary>Customers that a search finds. A page may be short while there are more.</summary>
    public Task<Page<StoredProfile>> SearchAsync(
        AppEnvironment environment, SearchQuery query, ProfileFilter filter, string? after, int limit,
        CancellationToken cancel)
    {
        var entries = query.Ranges.Select(r => r.Entry).ToList();
        return PageAsync(
            environment, entries, IndexSpan.ByText(after),
            (row, stored) => filter.Takes(stored) && query.FirstOf(stored.Profile) == (row.Range, row.Entry),
            limit, cancel);
    }

    /// <summary>Parts as one list in the order of positions, up to where every part is known.</summary>
    public static (IReadOnlyList<IndexRow> Rows, bool More) Merge(IReadOnlyList<IndexPart> parts)
    {
        var horizon = parts.Where(p => p.More).Select(p => p.Rows[^1].Position).Min(StringComparer.Ordinal);
        var rows = parts.SelectMany(p => p.Rows)
            .Where(r => horizon is null || string.CompareOrdinal(r.Position, horizon) <= 0)
            .OrderBy(r => r.Position, StringComparer.Ordinal);
        return ([.. rows], horizon is not null);
    }

    private async Task<Page<StoredProfile>> PageAsync(
        AppEnvironment environment, List<string> entries, IndexSpan span, Func<IndexRow, StoredProfile, bool> counts,
        int limit, CancellationToken cancel)
    {
        if (entries.Count == 0 || !span.Fits(entries)) return new Page<StoredProfile>([], null);
        var (rows, more) = Merge(await index.ReadAsync(environment, entries, span, limit + 1, cancel));
        var known = new Dictionary<ProfileKey, StoredProfile?>();
        var found = new List<StoredProfile>();
        var seen = 0;
        // At most as many profiles are read as the page may hold: what does not count makes the page short.
        while (seen < rows.Count && found.Count < limit && (known.Count < limit || known.ContainsKey(rows[seen].Key)))
        {
            var count = limit - Math.Max(found.Count, known.Count);
            await LoadAsync(environment, rows.Skip(seen), count, known, cancel);
            for (; seen < rows.Count && found.Count < limit && known.TryGetValue(rows[seen].Key, out var one); seen++)
                if (one is not null && counts(rows[seen], one)) found.Add(one);
        }

        var ended = seen == rows.Count && !more;
        return new Page<StoredProfile>(found, ended ? null : Cursor.Write(rows[seen - 1].Position));
    }

    private async Task LoadAsync(
        AppEnvironment environment, IEnumerable<IndexRow> rows, int count, Dictionary<ProfileKey, StoredProfile?> known,
        CancellationToken cancel)
    {
        var keys = rows.Select(r => r.Key).Distinct().Where(k => !known.ContainsKey(k)).Take(count);
        foreach (var chunk in keys.ToList().Chunk(ReadsAtOnce))
        {
            var read = await Task.WhenAll(chunk.Select(k => profiles.FindAsync(environment, k, cancel)));
            for (var i = 0; i < chunk.Length; i++) known[chunk[i]] = read[i]?.Customer;
        }
    }
}
