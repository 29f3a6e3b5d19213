using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports.Domain;

/// <summary>Which export; an activity's and the orchestration's input.</summary>
public sealed record ExportRef(AppEnvironment Environment, string ExportId);

/// <summary>One part of an export: a run of buckets of profiles, or of keys.</summary>
/// <param name="Export">Which export.</param>
/// <param name="Number">Which part, from 0.</param>
public sealed record ExportPart(ExportRef Export, int Number)
{
    /// <summary>Parts of an export: what may be read side by side.</summary>
    public const int Count = 16;

    /// <summary>Most parts; block names have three digits for them.</summary>
    public const int CountMax = 900;

    /// <summary>Whose rows, where rows lie by the keys of their owners; null where they lie in buckets.</summary>
    public KeyRange? Keys { get; init; }
}

/// <summary>What a block holds, for formats that tell it at the end of the file.</summary>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="PlainBytes">Its length before it was compressed.</param>
/// <param name="Crc">CRC-32 of it before it was compressed.</param>
public sealed record BlockFigures(long Rows, long Bytes, long PlainBytes, uint Crc);

/// <summary>What a part staged.</summary>
/// <param name="Number">Which part.</param>
/// <param name="Run">Names the run that staged it: blocks of a run that was cut off never mix with another's.</param>
/// <param name="Blocks">Blocks staged.</param>
/// <param name="Rows">Rows in them.</param>
public sealed record StagedPart(int Number, string Run, int Blocks, long Rows)
{
    /// <summary>What each block holds, where the format needs it.</summary>
    public IReadOnlyList<BlockFigures> Figures { get; init; } = [];
}

/// <summary>How an export ends.</summary>
/// <param name="Export">Which export.</param>
/// <param name="Parts">What the parts staged; null when one failed.</param>
public sealed record ExportEnding(ExportRef Export, IReadOnlyList<StagedPart>? Parts);

/// <summary>How far an export is, as its orchestration tells.</summary>
/// <param name="Parts">Parts done.</param>
/// <param name="Of">Parts in all.</param>
/// <param name="Rows">Rows so far.</param>
public sealed record ExportProgress(int Parts, int Of, long Rows);
