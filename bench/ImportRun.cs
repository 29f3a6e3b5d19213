using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CustomerFunctions.Imports.Domain;
using Sylvan.Data.Csv;

namespace CustomerFunctions.Bench;

/// <summary>Imports beside their floors: a whole one beside the entities that it left behind written raw in full
/// transactions, and reading of rows beside a bare parser.</summary>
internal static class ImportRun
{
    private const int WarmUpRows = 5_000;
    private const int Rows = 50_000;
    private const int ParserRows = 300_000;

    // As many as the host runs activities side by side, times what an activity writes at once.
    private const int AtOnce = 16;
    private const int TransactionRows = 100;

    public static async Task RunAsync(
        HttpClient client, CallCounter counter, string storage, string prefix, CancellationToken cancel)
    {
        await WarmUpAsync(client, cancel);
        var service = new TableServiceClient(storage);
        var before = await KeysAsync(service, prefix, cancel);
        var (time, calls) = await ImportAsync(client, counter, CustomerCsv.Bytes(Rows), cancel);
        var written = await NewAsync(service, prefix, before, cancel);
        var raw = await WriteRawAsync(service, written, cancel);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"import of {Rows} new customers: {Rows / time.TotalSeconds:0} rows/s; the same {written.Sum(t => t.Rows.Count)} "
            + $"entities in full transactions: {Rows / raw.TotalSeconds:0} rows/s; ratio {raw / time:0.00}; "
            + $"{calls / (double)Rows:0.000} storage calls a row"));
        (time, calls) = await ImportAsync(client, counter, CustomerCsv.Bytes(Rows), cancel);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"the same file again, all unchanged: {Rows / time.TotalSeconds:0} rows/s; "
            + $"{calls / (double)Rows:0.000} storage calls a row"));
    }

    /// <summary>Cutting and reading of rows beside Sylvan, which finds records and makes cells too.</summary>
    public static void Parse()
    {
        var file = CustomerCsv.Bytes(ParserRows);
        var shape = FileHead.Read(file.AsSpan(0, FileHead.BytesMax), whole: false).Value;
        for (var run = 0; run < 3; run++)
        {
            var bare = Time(() => ParseBare(file));
            var ranges = new List<FileRange>();
            var cut = Time(() => ranges = Cut(file, shape));
            var read = Time(() => Read(file, shape, ranges));
            if (run == 0) continue;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"rows read into cells: {ParserRows / read.TotalSeconds:0} rows/s (and cut into ranges before: "
                + $"{ParserRows / cut.TotalSeconds:0}); Sylvan.Data.Csv: {ParserRows / bare.TotalSeconds:0}; "
                + $"ratio {bare / read:0.00}"));
        }
    }

    private static async Task WarmUpAsync(HttpClient client, CancellationToken cancel)
    {
        // Customers of their own: nothing of the measured file is there before.
        using var file = new MemoryStream();
        using (var writer = new StreamWriter(file, leaveOpen: true))
        {
            await writer.WriteLineAsync("name,email");
            for (var i = 0; i < WarmUpRows; i++)
                await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Warm,w{i}@example.com"));
        }

        file.Position = 0;
        await Jobs.ImportAsync(client, await Jobs.UploadAsync(client, file, cancel), cancel);
    }

    private static async Task<(TimeSpan Time, int Calls)> ImportAsync(
        HttpClient client, CallCounter counter, byte[] file, CancellationToken cancel)
    {
        using var stream = new MemoryStream(file);
        var id = await Jobs.UploadAsync(client, stream, cancel);
        counter.Reset();
        var watch = Stopwatch.StartNew();
        var import = await Jobs.ImportAsync(client, id, cancel);
        var took = watch.Elapsed;
        var progress = import["progress"]!;
        var taken = progress["created"]!.GetValue<long>() + progress["unchanged"]!.GetValue<long>();
        return taken == Rows
            ? (took, counter.Calls)
            : throw new InvalidOperationException(progress.ToJsonString());
    }

    private static async Task<HashSet<(string Table, string Partition, string Row)>> KeysAsync(
        TableServiceClient service, string prefix, CancellationToken cancel)
    {
        var keys = new HashSet<(string, string, string)>();
        foreach (var (table, rows) in await AllAsync(service, prefix, cancel))
            keys.UnionWith(rows.Select(r => (table, r.PartitionKey, r.RowKey)));
        return keys;
    }

    private static async Task<IReadOnlyList<(string Table, IReadOnlyList<TableEntity> Rows)>> NewAsync(
        TableServiceClient service, string prefix, HashSet<(string, string, string)> before, CancellationToken cancel)
    {
        var all = await AllAsync(service, prefix, cancel);
        return [.. all.Select(t => (t.Table, (IReadOnlyList<TableEntity>)[.. t.Rows
            .Where(r => !before.Contains((t.Table, r.PartitionKey, r.RowKey)))]))];
    }

    private static async Task<List<(string Table, List<TableEntity> Rows)>> AllAsync(
        TableServiceClient service, string prefix, CancellationToken cancel)
    {
        var all = new List<(string, List<TableEntity>)>();
        await foreach (var table in service.QueryAsync(cancellationToken: cancel))
        {
            if (!table.Name.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var rows = service.GetTableClient(table.Name).QueryAsync<TableEntity>(cancellationToken: cancel);
            all.Add((table.Name, await rows.ToListAsync(cancel)));
        }

        return all;
    }

    private static async Task<TimeSpan> WriteRawAsync(
        TableServiceClient service, IReadOnlyList<(string Table, IReadOnlyList<TableEntity> Rows)> written,
        CancellationToken cancel)
    {
        var transactions = new List<(TableClient Table, TableEntity[] Rows)>();
        foreach (var (name, rows) in written)
        {
            var table = service.GetTableClient($"raw{name}");
            await table.CreateIfNotExistsAsync(cancel);
            transactions.AddRange(rows.GroupBy(r => r.PartitionKey)
                .SelectMany(p => p.Chunk(TransactionRows)).Select(chunk => (table, chunk)));
        }

        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            transactions, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (t, c) => await t.Table.SubmitTransactionAsync(
                t.Rows.Select(r => new TableTransactionAction(TableTransactionActionType.Add, r)), c));
        return watch.Elapsed;
    }

    private static List<FileRange> Cut(byte[] file, FileShape shape)
    {
        var cutter = new RangeCutter(shape);
        using var data = new MemoryStream(file) { Position = shape.DataOffset };
        int read;
        do read = data.ReadAtLeast(cutter.Free.Span, cutter.Free.Length, throwOnEndOfStream: false);
        while (cutter.Take(read));
        return [.. cutter.Ranges];
    }

    private static void Read(byte[] file, FileShape shape, IEnumerable<FileRange> ranges)
    {
        var rows = 0;
        foreach (var range in ranges)
        {
            var bytes = file.AsSpan((int)range.Offset, range.Length).ToArray();
            foreach (var _ in RangeReader.Read(bytes, FileEncoding.Utf8, shape.Separator, range.FirstLine)) rows++;
        }

        if (rows != ParserRows) throw new InvalidOperationException($"{rows} rows were read.");
    }

    private static void ParseBare(byte[] file)
    {
        using var text = new StreamReader(new MemoryStream(file));
        using var csv = CsvDataReader.Create(text);
        while (csv.Read())
            for (var i = 0; i < csv.FieldCount; i++)
                csv.GetString(i);
    }

    private static TimeSpan Time(Action act)
    {
        var watch = Stopwatch.StartNew();
        act();
        return watch.Elapsed;
    }
}
