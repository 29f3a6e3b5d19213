using System.IO.Compression;
using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace CustomerFunctions.Tests.Harness;

/// <summary>Searches everything that an app has stored: every property of every row of every table, and every blob of
/// every container, compressed ones unpacked.</summary>
public sealed class StoredTexts(AppUnderTest app)
{
    /// <summary>Where any of the words lies, without case: <c>table/partition/row/property: word</c>.</summary>
    public async Task<List<string>> FindAsync(params string[] words)
    {
        var found = new List<string>();
        var tables = new TableServiceClient(app.StorageConnection);
        await foreach (var table in tables.QueryAsync())
            if (table.Name.StartsWith(app.Prefix, StringComparison.OrdinalIgnoreCase))
                await foreach (var row in tables.GetTableClient(table.Name).QueryAsync<TableEntity>())
                    found.AddRange(Find($"{table.Name[app.Prefix.Length..]}/", row, words));
        var blobs = new BlobServiceClient(app.StorageConnection);
        await foreach (var container in blobs.GetBlobContainersAsync(prefix: app.Prefix.ToLowerInvariant()))
            await foreach (var blob in blobs.GetBlobContainerClient(container.Name).GetBlobsAsync())
            {
                var content = await blobs.GetBlobContainerClient(container.Name).GetBlobClient(blob.Name)
                    .DownloadContentAsync();
                var name = $"{container.Name[app.Prefix.Length..]}/{blob.Name}";
                found.AddRange(Find(name, blob.Name, words));
                found.AddRange(Find(name, TextOf(content.Value.Content.ToArray()), words));
            }

        return found;
    }

    private static IEnumerable<string> Find(string table, TableEntity row, string[] words)
    {
        var place = $"{table}{row.PartitionKey}/{row.RowKey}";
        var found = Find(place, row.PartitionKey + '\n' + row.RowKey, words).ToList();
        foreach (var (name, value) in row)
            if (value is not null) found.AddRange(Find($"{place}/{name}", TextOf(value), words));
        // A long document lies in several properties, cut anywhere.
        var whole = row.Where(p => p.Value is byte[]).OrderBy(p => p.Key.Length).ThenBy(p => p.Key)
            .SelectMany(p => (byte[])p.Value).ToArray();
        return found.Concat(Find($"{place}/(all)", TextOf(whole), words));
    }

    private static IEnumerable<string> Find(string place, string text, string[] words) =>
        words.Where(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)).Select(w => $"{place}: {w}");

    private static string TextOf(object value) => value switch
    {
        byte[] bytes => TextOf(bytes),
        BinaryData data => TextOf(data.ToArray()),
        _ => value.ToString() ?? "",
    };

    // Bytes read as both UTF-8 and UTF-16, so that neither hides a word; JSON's escapes spelled out.
    private static string TextOf(byte[] bytes)
    {
        var plain = bytes is [0x1F, 0x8B, ..] ? Unpacked(bytes) : bytes;
        return Encoding.UTF8.GetString(plain) + '\n' + Encoding.Unicode.GetString(plain);
    }

    private static byte[] Unpacked(byte[] bytes)
    {
        using var plain = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            gzip.CopyTo(plain);
        }
        catch (InvalidDataException)
        {
            // One part of several; all of them together are looked at as well.
        }

        return plain.ToArray();
    }
}
