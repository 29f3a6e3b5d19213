using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles;

/// <summary>Who changed what of a customer, and when, under all of the customer's keys.</summary>
public sealed class ProfileAudit(ProfilesTable profiles, ProfileNotesTable notes) : IDescribes
{
    private const int PageLines = 200;

    /// <inheritdoc/>
    public string Section => "audit";

    /// <summary>A page of the trail, newest first. Three calls for each key.</summary>
    public async Task<Page<AuditEntry>> ListAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, string? after, int limit, CancellationToken cancel)
    {
        var lines = await LinesAsync(environment, keys, after, limit + 1, cancel);
        var page = lines.Take(limit).ToList();
        return new Page<AuditEntry>(
            [.. page.Select(l => l.Entry)], lines.Count > limit ? Cursor.Write(page[^1].Position) : null);
    }

    /// <inheritdoc/>
    public Task<object?> DescribeAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel) =>
        Task.FromResult<object?>(AllAsync(environment, keys, cancel));

    private async IAsyncEnumerable<AuditEntry> AllAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? after = null;
        while (await LinesAsync(environment, keys, after, PageLines, cancel) is { Count: > 0 } lines)
        {
            foreach (var line in lines.Take(PageLines)) yield return line.Entry;
            after = lines[Math.Min(lines.Count, PageLines) - 1].Position;
        }
    }

    private async Task<List<AuditLine>> LinesAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, string? after, int take, CancellationToken cancel)
    {
        var parts = await Task.WhenAll(keys.SelectMany(key => new[]
        {
            profiles.AuditAsync(environment, key, after, take, cancel),
            notes.AuditAsync(environment, key, after, take, cancel),
            MakingAsync(environment, key, after, cancel),
        }));
        return [.. parts.SelectMany(p => p).OrderBy(l => l.Position, StringComparer.Ordinal)];
    }

    /// <summary>The line that the profile's own row tells.</summary>
    private async Task<IReadOnlyList<AuditLine>> MakingAsync(
        AppEnvironment environment, ProfileKey key, string? after, CancellationToken cancel)
    {
        if (await profiles.FindAsync(environment, key, cancel) is not { Version: > 0 } row) return [];
        var line = AuditRows.Line(key, row.Making);
        return after is null || string.CompareOrdinal(line.Position, after) > 0 ? [line] : [];
    }
}
