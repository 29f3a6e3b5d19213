using System.Text.Json.Serialization;

namespace CustomerFunctions.Exports.Domain;

/// <summary>What a file is, to be kept beside it.</summary>
/// <param name="ExportId">The export that made it.</param>
/// <param name="Environment"><c>sandbox</c> or <c>live</c>.</param>
/// <param name="Application">Who asked for it.</param>
/// <param name="Kind">What the rows are.</param>
/// <param name="Format"><c>csv</c> or <c>xlsx</c>.</param>
/// <param name="Layout">For which system the columns are laid out.</param>
/// <param name="Compressed">True for a file that is compressed.</param>
/// <param name="Fields">The columns.</param>
/// <param name="Filter">Which rows.</param>
/// <param name="AsOf">The instant that it speaks of.</param>
/// <param name="SchemaVersion">Rises when a column changes its meaning.</param>
/// <param name="Rows">Rows, without headers.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in hex.</param>
public sealed record ExportManifest(
    string ExportId, string Environment, string Application, string Kind, string Format, string Layout,
    bool Compressed, IReadOnlyList<string> Fields, ExportFilter Filter, DateTimeOffset AsOf, int SchemaVersion,
    long Rows, long Bytes, string Sha256)
{
    /// <summary>The version of all columns that there are.</summary>
    public const int SchemaVersionNow = 1;

    /// <summary>Whose log; null for other kinds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Program { get; init; }

    /// <summary>How instants are written; null for as usual.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DateFormat { get; init; }

    /// <summary>The manifest of a file; the same whenever it is made.</summary>
    public static ExportManifest Of(ExportRecord export, ExportFile file) => new(
        export.ExportId, Shared.Ids.AppEnvironments.Name(export.Environment), export.Application, export.Order.Kind,
        export.Order.Format, export.Order.Layout, FileFormat.Of(export.Order).IsCompressed, export.Order.Fields,
        export.Order.Filter, export.AsOf, SchemaVersionNow, file.Rows, file.Bytes, file.Sha256)
    {
        Program = export.Order.Program,
        DateFormat = export.Order.DateFormat,
    };
}
