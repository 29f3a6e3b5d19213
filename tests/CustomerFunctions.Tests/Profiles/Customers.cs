using Azure.Data.Tables;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using CustomerFunctions.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.Profiles;

/// <summary>The area's doors in one app, customers to write, and what must hold of them at any time.</summary>
public sealed class Customers(AppUnderTest app)
{
    public const AppEnvironment Live = AppEnvironment.Live;

    private static int _numbers;

    public ProfileWriter Writer => Get<ProfileWriter>();

    public ProfileDirectory Directory => Get<ProfileDirectory>();

    public ProfileBatchWriter Batches => Get<ProfileBatchWriter>();

    public ProfileTidier Tidier => Get<ProfileTidier>();

    public ProfileFinder Finder => Get<ProfileFinder>();

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A number that no other customer of the run has.</summary>
    public static int NewNumber() => Interlocked.Increment(ref _numbers);

    /// <summary>A registered customer whom nobody else resembles.</summary>
    public static Profile New(int number) => new()
    {
        Kind = ProfileKind.Registered,
        Name = $"Customer {Word(number)}",
        Email = $"c{number}@example.com",
        Phone = $"+4420{70000000 + number}",
    };

    /// <summary>A number in letters from k on, so that it can be searched as a word and begins nothing else.</summary>
    public static string Word(int number) => string.Concat($"{number}".Select(c => (char)('k' + (c - '0')))) + "x";

    /// <summary>A body for the API.</summary>
    public static object Body(int number, string? email = null, string? phone = null, string kind = "registered") => new
    {
        kind,
        name = $"Customer {Word(number)}",
        email = email ?? $"c{number}@example.com",
        phone = phone ?? $"+4420{70000000 + number}",
    };

    public static Change NewChange() => new(Guid.NewGuid().ToString("n"), "");

    public Task<Result<SavedProfile>> PutAsync(string id, Profile profile, Change? change = null) => Writer.WriteAsync(
        new ProfileWrite(Live, id, change ?? NewChange(), null, _ => profile), Stop);

    public async Task<IReadOnlyList<string>> SearchAsync(string typed) =>
        [.. (await Finder.SearchAsync(Live, SearchQuery.Of(typed), new ProfileFilter(), null, 50, Stop)).Items
            .Select(p => p.IntegrationId)];

    public async Task TidyLaterAsync()
    {
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await Tidier.TidyAsync(app.Clock.GetUtcNow(), Stop);
    }

    /// <summary>Asserts what must hold at any time: one owner of each email and phone; ids, claims and index rows of
    /// every customer lead to it; events without a gap.</summary>
    public async Task AssertSoundAsync()
    {
        var rows = await RowsAsync(ProfilesTable.TableName);
        var keys = (await RowsAsync(ProfileKeysTable.TableName))
            .ToDictionary(r => r.PartitionKey + r.RowKey, r => r.GetString("ProfileKey"));
        var index = (await RowsAsync(ProfileSearchTable.TableName)).Select(r => r.PartitionKey + r.RowKey).ToHashSet();
        var heads = rows.Where(r => r.RowKey.EndsWith("|p", StringComparison.Ordinal))
            .Select(r => (Environment: AppEnvironments.Parse(r.PartitionKey.Split('|')[0]),
                Row: ProfileRow.Of(r, ProfileKey.Parse(r.RowKey[..32])))).ToList();
        var live = heads.Where(h => h.Row.State == RowState.Live).ToList();
        var rowKeys = rows.Select(r => r.RowKey).ToHashSet(StringComparer.Ordinal);
        var events = rowKeys.Where(k => k.StartsWith("o|", StringComparison.Ordinal)).ToLookup(k => k[2..34]);
        Assert.Empty(live.SelectMany(h => h.Row.Claims.Select(c => (h.Environment, c))).GroupBy(c => c)
            .Where(g => g.Count() > 1).Select(g => g.Key));
        foreach (var (environment, row) in live)
        {
            foreach (var code in row.Claims.Append(Ownership.OfId(environment, row.IntegrationId)))
                Assert.Equal($"{row.Key}", keys[ProfileKeysTable.Partition(environment, code) + code]);
            foreach (var entry in row.Entries)
                Assert.Contains($"{ProfileSearchTable.Partition(environment, entry, row.Key)}{entry}|{row.Key}", index);
            Assert.Contains(ProfilesTable.FiguresKey(row.Key), rowKeys);
        }

        foreach (var (_, row) in heads)
            Assert.Equal(
                Enumerable.Range(1, (int)row.EventSequence).Select(i => $"o|{row.Key}|{i:D10}"),
                events[$"{row.Key}"].Order(StringComparer.Ordinal));
    }

    /// <summary>Asserts that nothing beside the profiles' own rows is left over.</summary>
    public async Task AssertNothingLeftAsync()
    {
        await AssertSoundAsync();
        var live = (await RowsAsync(ProfilesTable.TableName))
            .Where(r => r.RowKey.EndsWith("|p", StringComparison.Ordinal) && r.GetString("State") == "Live")
            .Select(r => ProfileRow.Of(r, ProfileKey.Parse(r.RowKey[..32]))).ToDictionary(r => $"{r.Key}");
        foreach (var row in await RowsAsync(ProfileSearchTable.TableName))
            Assert.Contains(row.RowKey[..^33], live[row.RowKey[^32..]].Entries);
        foreach (var row in (await RowsAsync(ProfileKeysTable.TableName)).Where(r => r.RowKey[0] != 'i'))
            Assert.Contains(row.RowKey, live[row.GetString("ProfileKey")].Claims);
    }

    public async Task<List<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in Get<StorageAccount>().Table(table).QueryAsync<TableEntity>(cancellationToken: Stop))
            rows.Add(row);
        return rows;
    }

    private T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();
}
