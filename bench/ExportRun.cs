using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using Azure.Data.Tables;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Local.Host;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Bench;

/// <summary>Exports beside their floors: whole ones beside the same partitions read raw, the workbook's writer beside a
/// plain one that does nothing else.</summary>
internal static class ExportRun
{
    private const int Customers = 50_000;
    private const int WriterRows = 300_000;
    // As many as the host runs activities side by side.
    private const int AtOnce = 4;

    private static readonly ExportColumn[] Columns =
        [new("id"), new("name"), new("email"), new("phone"), new("orders", IsNumber: true)];

    public static async Task RunAsync(LocalHost host, HttpClient client, CancellationToken cancel)
    {
        await FillAsync(host, cancel);
        var table = host.Services.GetRequiredService<StorageAccount>().Table(ProfilesTable.TableName);
        const string kind = "customers";
        await ReadAsync(table, cancel);
        await ExportAsync(client, new { kind }, cancel);
        foreach (var order in (object[])[
            new { kind }, new { kind, compress = true }, new { kind, format = "xlsx" }])
        {
            // Other work on the machine meets both alike when one is measured before and after the other.
            var before = await TimeAsync(() => ReadAsync(table, cancel));
            var time = await TimeAsync(() => ExportAsync(client, order, cancel));
            var floor = (before + await TimeAsync(() => ReadAsync(table, cancel))) / 2;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"export {order}: {Customers / time.TotalSeconds:0} rows/s; partitions read raw: "
                + $"{Customers / floor.TotalSeconds:0} rows/s; ratio {floor / time:0.00}"));
        }

        foreach (var rows in (int[])[WriterRows / 10, WriterRows, WriterRows])
        {
            var (bare, bareBytes) = Allocated(() => WriteBare(rows));
            var (ours, oursBytes) = Allocated(() => WriteOurs(rows));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"xlsx of {rows} rows: {rows / ours.TotalSeconds:0} rows/s, {oursBytes >> 20} MB allocated; "
                + $"plain zip and XML: {rows / bare.TotalSeconds:0} rows/s, {bareBytes >> 20} MB; "
                + $"ratio {bare / ours:0.00}; heap {GC.GetTotalMemory(true) >> 20} MB"));
        }
    }

    /// <summary>Customers as an import writes them, in full transactions.</summary>
    private static async Task FillAsync(LocalHost host, CancellationToken cancel)
    {
        var table = host.Services.GetRequiredService<StorageAccount>().Table(ProfilesTable.TableName);
        var now = TimeProvider.System.GetUtcNow();
        var rows = Enumerable.Range(0, Customers).Select(i =>
        {
            var key = ProfileKey.New(now);
            var profile = new Profile
            {
                Kind = ProfileKind.Registered,
                Name = $"Customer {i}",
                Email = $"c{i}@example.com",
                Phone = $"+4471{i:D8}",
            };
            var row = ProfileRow.Blank(key, $"c-{i}")
                .With(AppEnvironment.Live, profile, new Change($"bench-{i}", ""), now, "bench");
            return row.ToEntity(ProfilesTable.Partition(AppEnvironment.Live, key.Bucket), ProfilesTable.RowKey(key));
        });
        await Parallel.ForEachAsync(
            rows.GroupBy(r => r.PartitionKey).SelectMany(p => p.Chunk(TableBatch.RowsMax)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (chunk, c) => await table.SubmitTransactionAsync(
                chunk.Select(r => new TableTransactionAction(TableTransactionActionType.Add, r)), c));
    }

    private static Task ReadAsync(TableClient table, CancellationToken cancel) => Parallel.ForEachAsync(
        Enumerable.Range(0, ProfilesTable.Buckets),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
        async (bucket, c) =>
        {
            var range = TableRows.Range(ProfilesTable.Partition(AppEnvironment.Live, bucket), "0", "g");
            await foreach (var _ in table.QueryAsync<TableEntity>(range, cancellationToken: c))
            {
            }
        });

    private static async Task ExportAsync(HttpClient client, object order, CancellationToken cancel)
    {
        var export = await Jobs.ExportAsync(client, order, cancel);
        if (export["file"]?["rows"]?.GetValue<int>() is not >= Customers)
            throw new InvalidOperationException(export.ToJsonString());
    }

    private static string?[] Row(int i) => [$"c-{i}", $"Customer {i}", $"c{i}@example.com", $"+4471{i:D8}", $"{i % 9}"];

    private static void WriteOurs(int rows)
    {
        var format = new XlsxFormat("rows");
        using var maker = new BlockMaker(format, Columns);
        var figures = new List<BlockFigures>();
        for (var i = 0; i < rows; i++)
        {
            maker.Add(Row(i));
            if (maker.IsFull) figures.Add(maker.Take().Figures);
        }

        if (!maker.IsEmpty) figures.Add(maker.Take().Figures);
        StagedPart[] parts = [new(0, "run", figures.Count, rows) { Figures = figures }];
        foreach (var piece in format.Compose(Columns, parts)) Stream.Null.Write(piece.Bytes.Span);
    }

    private static void WriteBare(int rows)
    {
        using var zip = new ZipArchive(Stream.Null, ZipArchiveMode.Create);
        using var entry = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Optimal).Open();
        using var xml = XmlWriter.Create(entry, new XmlWriterSettings { Encoding = new UTF8Encoding(false) });
        xml.WriteStartElement("worksheet", "http://schemas.openxmlformats.org/spreadsheetml/2006/main");
        xml.WriteStartElement("sheetData");
        for (var i = 0; i < rows; i++)
        {
            xml.WriteStartElement("row");
            foreach (var cell in Row(i))
            {
                xml.WriteStartElement("c");
                xml.WriteAttributeString("t", "inlineStr");
                xml.WriteStartElement("is");
                xml.WriteElementString("t", cell);
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        return watch.Elapsed;
    }

    private static (TimeSpan Time, long Bytes) Allocated(Action act)
    {
        var (watch, before) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes());
        act();
        return (watch.Elapsed, GC.GetTotalAllocatedBytes() - before);
    }
}
