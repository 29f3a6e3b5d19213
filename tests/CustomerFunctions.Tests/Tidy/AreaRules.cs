using System.Text.RegularExpressions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>Which part of the app may know which.</summary>
public static partial class AreaRules
{
    /// <summary>Areas from the lowest to the highest; those on one level do not know each other.</summary>
    public static readonly string[][] Levels =
    [
        ["Shared"], ["Health"], ["Access", "Events"], ["Profiles"], ["Loyalty"], ["Cards"], ["Orders"], ["Terminals"],
        ["Imports", "Exports"], ["Lifecycle"],
    ];

    /// <summary>Areas whose storage the others share: the kernel's tables, and the outbox's rows, which lie in their
    /// own partitions.</summary>
    private static readonly string[] SharedStorage = ["Shared", "Events"];

    /// <summary>Classes through which an area may be used by a higher one; they and their members are documented.
    /// </summary>
    public static readonly string[] Doors =
    [
        "ApplicationDirectory", "ProfileDirectory", "ProfileBatchWriter", "ProgramCatalog", "PointsLedger",
        "FingerprintBook", "CardDirectory",
    ];

    /// <summary>An area knows itself and lower ones only. Anything upward is an event.</summary>
    public static IEnumerable<string> OrderFaults(SourceFile file)
    {
        if (file.Area is not { } area) return [];
        if (Level(area) < 0) return [file.Fault($"the area {area} has no place in the order of areas yet.")];
        return from r in References(file.Code)
               where r.Area != area && Level(r.Area) >= Level(area)
               select file.Fault(r.Offset, $"{area} may not know {r.Area}.");
    }

    /// <summary>Another area's storage is its own business, unless a door lives there (FingerprintBook does).</summary>
    public static IEnumerable<string> DoorFaults(SourceFile file) =>
        from r in References(file.Code)
        where file.Area is not null && r.Area != file.Area && r.Folder == "Storage"
            && !SharedStorage.Contains(r.Area)
            && !Doors.Any(door => file.Code.Contains(door, StringComparison.Ordinal))
        select file.Fault(r.Offset, $"the storage of {r.Area}: go through its door.");

    /// <summary>Domain decides: it knows its own area and the kernel, neither Azure nor the web nor time.</summary>
    public static IEnumerable<string> DomainFaults(SourceFile file) =>
        from Match m in Infrastructure().Matches(file.Code)
        where file.IsIn("Domain")
        select file.Fault(m.Index, $"'{m.Value}' in a domain.");

    /// <summary>Domain knows no other area.</summary>
    public static IEnumerable<string> DomainAreaFaults(SourceFile file) =>
        from r in References(file.Code)
        where file.IsIn("Domain") && r.Area != file.Area && r.Area != "Shared"
        select file.Fault(r.Offset, $"the domain of {file.Area} may not know {r.Area}.");

    /// <summary>How rows are stored is known in Storage folders only.</summary>
    public static IEnumerable<string> StorageWordFaults(SourceFile file) =>
        from Match m in StorageWord().Matches(file.Code)
        where file.Path.StartsWith("functions/", StringComparison.Ordinal) && !file.IsIn("Storage")
        select file.Fault(m.Index, $"'{m.Value}' outside Storage.");

    private static IEnumerable<(string Area, string Folder, int Offset)> References(string code) =>
        from Match m in Reference().Matches(code)
        where Level(m.Groups["area"].Value) >= 0
        select (m.Groups["area"].Value, m.Groups["folder"].Value, m.Index);

    private static int Level(string area) => Array.FindIndex(Levels, level => level.Contains(area));

    // Either CustomerFunctions.Loyalty…, or Loyalty.Domain… as code inside the app's namespace may write it.
    [GeneratedRegex(@"\bCustomerFunctions\.(?<area>\w+)(\.(?<folder>\w+))?"
        + @"|(?<![.\w])(?<area>\w+)\.(?<folder>Domain|Storage)\b")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?<![.\w])(Azure|Microsoft\.(Azure|AspNetCore|Extensions))\.\w+|using\s+Azure\s*;"
        + @"|\b(async|await|TimeProvider|HttpClient)\b")]
    private static partial Regex Infrastructure();

    [GeneratedRegex(@"(?<=\.)(PartitionKey|RowKey)\b|\b(PartitionKey|RowKey)\s*=(?!=)|\bRequestFailedException\b"
        + @"|using\s+Azure\s*;"
        + @"|(?<![.\w])ETag(?=\s*[.(?]|\s+\w+\s*[,;)=])")]
    private static partial Regex StorageWord();
}
