using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>A line of the audit trail and where it stands in it.</summary>
/// <param name="Position">In ordinal order the newest line comes first, also across the keys of one customer.</param>
/// <param name="Entry">The line.</param>
public sealed record AuditLine(string Position, AuditEntry Entry);

/// <summary>
/// Lines of audit trails as rows beside what they tell of, written in its transaction. RK <c>h|{key}|{ticks to the end
/// of time, 19 digits}|{place}</c>: the newest sorts first. The place is the inverted version for a profile, <c>n</c>
/// and an inverted counter for notes, so that no two lines meet.
/// </summary>
public static partial class AuditRows
{
    /// <summary>First characters of every row's key.</summary>
    public const string RowPrefix = "h|";

    /// <summary>A profile's line as a row; the version tells its place.</summary>
    public static TableEntity Entity(string partition, ProfileKey key, AuditEntry entry) =>
        Entity(partition, key, entry, PlaceOf(entry));

    /// <summary>A line as a row.</summary>
    public static TableEntity Entity(string partition, ProfileKey key, AuditEntry entry, string place)
    {
        var entity = new TableEntity(partition, $"{Beginning(key)}{Inverted(entry.At.UtcTicks)}|{place}");
        entity.SetDocument("Entry", Encoding.UTF8.GetBytes(Json.Write(entry)));
        return entity;
    }

    /// <summary>A profile's line that its own row tells.</summary>
    public static AuditLine Line(ProfileKey key, AuditEntry entry) =>
        new($"{Inverted(entry.At.UtcTicks)}|{PlaceOf(entry)}|{key}", entry);

    /// <summary>Reads a row.</summary>
    public static AuditLine Line(TableEntity row, ProfileKey key) => new(
        $"{row.RowKey[Beginning(key).Length..]}|{key}",
        Json.Read<AuditEntry>(Encoding.UTF8.GetString(row.GetDocument("Entry")!)));

    /// <summary>The place of the n-th line of a customer's notes.</summary>
    public static string PlaceOfNote(long number) => "n" + Inverted(number);

    /// <summary>The lines of one key after a position, newest first, at most so many.</summary>
    public static async Task<IReadOnlyList<AuditLine>> ReadAsync(
        TableClient table, string partition, ProfileKey key, string? after, int take, CancellationToken cancel)
    {
        var found = new List<AuditLine>();
        // The position names a key as well, which may be another one of the same customer.
        var from = Beginning(key) + (after is null ? "" : after[..after.LastIndexOf('|')]);
        var range = TableRows.Range(partition, from, $"{RowPrefix}{key}}}");
        await foreach (var row in table.QueryAsync<TableEntity>(range, take + 1, cancellationToken: cancel))
        {
            var line = Line(row, key);
            if (after is null || string.CompareOrdinal(line.Position, after) > 0) found.Add(line);
            if (found.Count == take) break;
        }

        return found;
    }

    /// <summary>Removes all lines of one key, in full transactions.</summary>
    public static async Task RemoveAsync(
        TableClient table, string partition, ProfileKey key, CancellationToken cancel)
    {
        var keys = new List<string>();
        var range = TableRows.Range(partition, Beginning(key), $"{RowPrefix}{key}}}");
        var rows = table.QueryAsync<TableEntity>(range, select: ["RowKey"], cancellationToken: cancel);
        await foreach (var row in rows) keys.Add(row.RowKey);
        foreach (var chunk in keys.Chunk(TableBatch.RowsMax))
        {
            var batch = new TableBatch(table, partition);
            foreach (var row in chunk) batch.Delete(row, Azure.ETag.All);
            await batch.CommitAsync(cancel);
        }
    }

    /// <summary>True for a text that is the position of some line.</summary>
    public static bool IsPosition(string text) => Position().IsMatch(text);

    private static string Beginning(ProfileKey key) => $"{RowPrefix}{key}|";

    private static string PlaceOf(AuditEntry entry) => Inverted(entry.Version ?? 0);

    private static string Inverted(long number) =>
        (long.MaxValue - number).ToString("D19", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[0-9]{19}[|]n?[0-9]{19}[|][0-9a-f]{32}$", RegexOptions.CultureInvariant)]
    private static partial Regex Position();
}
