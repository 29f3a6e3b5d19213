using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using CustomerFunctions.Imports.Domain;
using Sylvan.Data.Csv;

namespace CustomerFunctions.Bench;

/// <summary>Imports beside their floors: a whole one beside the entities that it left behind written raw in full
/// transactions, and reading of rows beside a bare parser.</summary>
internal static class ImportRun
{
    private const int WarmUpRows = 500;
    private const int Rows = 20_000;
    private const int ParserRows = 300_000;
    private const int ParserRuns = 12;

    // As many as the host runs activities side by side, times what an activity writes at once.
    private const int AtOnce = 16;
    private const int TransactionRows = 100;

    public static async Task RunAsync(
        HttpClient client, HttpClient sandbox, CallCounter counter, string storage, string prefix,
        CancellationToken cancel)
    {
        await WarmUpAsync(sandbox, cancel);
        var service = new TableServiceClient(storage);
        var (time, calls) = await ImportAsync(client, counter, CustomerCsv.Bytes(Rows), cancel);
        var written = await WrittenAsync(service, prefix, cancel);
        var raw = await WriteRawAsync(service, written, cancel);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"import of {Rows} new customers: {Rows / time.TotalSeconds:0} rows/s; the same "
            + $"{written.Sum(t => t.Rows.Count)} entities in full transactions: {Rows / raw.TotalSeconds:0} rows/s; "
            + $"ratio {raw / time:0.00}; "
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
        var ranges = Cut(file, shape);
        // The best of each, taken in turns: what else the machine does only ever slows.
        var (bare, cut, read) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var run = 0; run < ParserRuns; run++)
        {
            bare = Min(bare, Time(() => ParseBare(file)));
            cut = Min(cut, Time(() => Cut(file, shape)));
            read = Min(read, Time(() => Read(file, shape, ranges)));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"rows read into cells: {ParserRows / read.TotalSeconds:0} rows/s (and cut into ranges before: "
            + $"{ParserRows / cut.TotalSeconds:0}); Sylvan.Data.Csv: {ParserRows / bare.TotalSeconds:0}; "
            + $"ratio {bare / read:0.00}"));
    }

    /// <summary>In another environment, so that nothing of the measured partitions is there before.</summary>
    private static async Task WarmUpAsync(HttpClient client, CancellationToken cancel)
    {
        using var file = new MemoryStream();
        using (var writer = new StreamWriter(file, leaveOpen: true))
        {
            await writer.WriteLineAsync("name,email");
            for (var i = 0; i < WarmUpRows; i++)
                await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Warm {i},w{i}@example.com"));
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

    /// <summary>All that lies in the app's tables, slice by slice: Azurite sorts what a query finds
    /// once for each page of it.</summary>
    private static async Task<List<(string Table, List<TableEntity> Rows)>> WrittenAsync(
        TableServiceClient service, string prefix, CancellationToken cancel)
    {
        const string slices = "0123456789abcdef~";
        var all = new List<(string, List<TableEntity>)>();
        await foreach (var table in service.QueryAsync(cancellationToken: cancel))
        {
            if (!table.Name.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var rows = new List<TableEntity>();
            for (var (i, from) = (0, ""); i < slices.Length; i++)
            {
                var to = $"live|{slices[i]}";
                var filter = $"PartitionKey ge '{from}' and PartitionKey lt '{to}'";
                var found = service.GetTableClient(table.Name)
                    .QueryAsync<TableEntity>(filter, cancellationToken: cancel);
                rows.AddRange(await found.ToListAsync(cancel));
                from = to;
            }

            all.Add((table.Name, rows));
        }

        return all;
    }

    private static async Task<TimeSpan> WriteRawAsync(
        TableServiceClient service, IReadOnlyList<(string Table, List<TableEntity> Rows)> written,
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

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Time(Action act)
    {
        var watch = Stopwatch.StartNew();
        act();
        return watch.Elapsed;
    }
}
