using CustomerFunctions.Attributes;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Stages;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports;

/// <summary>What the first rows of a file would do.</summary>
/// <param name="Items">Row by row, in the order of lines.</param>
/// <param name="Counts">How many of these rows would do what.</param>
/// <param name="Hash">Of all that is told here; the start takes it, and refuses when it no longer fits.</param>
public sealed record PreviewAnswer(
    IReadOnlyList<RowPlan> Items, IReadOnlyDictionary<string, int> Counts, string Hash);

/// <summary>Looks at the first rows of a file as an import would, and writes nothing.</summary>
public sealed class ImportPreview(
    ImportFiles files, ImportKinds kinds, AttributeCatalog attributes, TimeProvider clock)
{
    /// <summary>Rows of a preview whose caller does not say.</summary>
    public const int RowsDefault = 20;

    /// <summary>Most rows of a preview.</summary>
    public const int RowsMax = 200;

    /// <summary>Characters of a hash: the number of rows, a dot, and a SHA-256 in hex.</summary>
    public const int HashLengthMax = 70;

    /// <summary>The first rows, by these options. Fails with: mapping-incomplete, attributes-unknown.</summary>
    public async Task<Result<PreviewAnswer>> MakeAsync(
        ImportRecord import, ImportOptions options, int rows, CancellationToken cancel)
    {
        var missing = kinds.Of(import).Columns.Missing(import, options);
        if (missing.Count > 0) return ImportsErrors.MappingIncomplete(missing);
        var schema = MappedAttributes.Of(import).Any()
            ? await attributes.SchemaAsync(import.Environment, AttributeEntity.Profile, cancel)
            : AttributeSchema.None;
        var trial = MappedAttributes.Fixed(import with { Attributes = null }, schema)
            .Map(i => i with { Options = options, StartedAt = clock.GetUtcNow() });
        if (!trial.Try(out var tried, out var error)) return error;
        var items = await PlanAsync(tried, rows, cancel);
        var counts = Enum.GetValues<PlannedChange>()
            .ToDictionary(c => Json.Word(c), c => items.Count(i => i.Change == c), StringComparer.Ordinal);
        return new PreviewAnswer(items, counts, HashOf(tried, rows, items));
    }

    /// <summary>Null when the rows would still do what the hash was made of, else the refusal.</summary>
    public async Task<Error?> FaultAsync(
        ImportRecord import, ImportOptions options, string hash, CancellationToken cancel)
    {
        if (!int.TryParse(hash.Split('.')[0], out var rows) || rows is < 1 or > RowsMax)
            return Error.Invalid("/hash", "It must be the hash of a preview.");
        var now = await MakeAsync(import, options, rows, cancel);
        if (!now.Try(out var seen, out var error)) return error;
        return seen.Hash == hash ? null : ImportsErrors.PreviewChanged(seen.Hash);
    }

    private async Task<IReadOnlyList<RowPlan>> PlanAsync(ImportRecord import, int rows, CancellationToken cancel)
    {
        var kind = kinds.Of(import);
        var reader = kind.Reader(import);
        var (plans, readable) = (new List<RowPlan>(), new List<SpooledRow>());
        var seen = new HashSet<(KeyField, KeyHash)>();
        foreach (var record in (await FirstAsync(import, cancel)).Take(rows))
        {
            var (keys, fault) = record.Fault == RecordFault.None
                ? reader.Read(record.Cells)
                : (null, ReadStage.FaultOf(record));
            if (keys is null) plans.Add(RowPlan.Of(record.Line, fault!));
            else if (DuplicateOf(import, kind, keys, seen) is { } duplicate)
                plans.Add(RowPlan.Of(record.Line, duplicate, PlannedChange.Conflict));
            else readable.Add(new SpooledRow(record.Line, keys, [.. record.Cells.Select(c => c ?? "")]));
        }

        plans.AddRange(await kind.PlanAsync(import, readable, cancel));
        return [.. plans.OrderBy(p => p.Line)];
    }

    // As the whole file would be: of equal match keys the lowest line wins, and only winners claim their other keys.
    private static RowFault? DuplicateOf(
        ImportRecord import, IImportKind kind, RowKeys keys, HashSet<(KeyField, KeyHash)> seen)
    {
        var match = kind.MatchField(import);
        if (kind.AreKeysUnique && !seen.Add((match, keys.Match)))
            return DuplicateRows.Fault(import, match, isMatch: true);
        var lost = keys.Others.Where(o => !seen.Add((o.Field, o.Key))).ToList();
        return lost.Count == 0 ? null : DuplicateRows.Fault(import, lost.Min(o => o.Field), isMatch: false);
    }

    private async Task<IEnumerable<RangeRecord>> FirstAsync(ImportRecord import, CancellationToken cancel)
    {
        var (shape, source) = (import.Shape!, import.Source!);
        var cutter = new RangeCutter(shape);
        await using (var data = await files.OpenAsync(source, shape.DataOffset, cancel))
        {
            // One range is more than any preview shows.
            int read;
            do read = await data.ReadAtLeastAsync(cutter.Free, cutter.Free.Length, throwOnEndOfStream: false, cancel);
            while (cutter.Take(read) && cutter.Ranges.Count == 0);
        }

        if (cutter.Ranges.Count == 0) return [];
        var first = cutter.Ranges[0];
        var bytes = await files.ReadAsync(source, first, cancel);
        return RangeReader.Read(bytes, cutter.Encoding, shape.Separator, first.FirstLine);
    }

    private static string HashOf(ImportRecord import, int rows, IReadOnlyList<RowPlan> items)
    {
        var hash = Hash.Hex(
            import.Source!.ETag, Json.Write(import.Mapping), Json.Write(import.Options! with { DryRun = false }),
            Json.Write(items));
        return $"{rows}.{hash}";
    }
}
