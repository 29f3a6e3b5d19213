using System.Text.RegularExpressions;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>Which part of the app may know which.</summary>
public static partial class AreaRules
{
    /// <summary>Areas from the lowest to the highest; those on one level do not know each other.</summary>
    public static readonly string[][] Levels =
    [
        ["Shared"], ["Health"], ["Access"], ["Events"], ["Messaging", "Attributes"], ["Profiles"], ["Loyalty"],
        ["Codes"], ["Cards"], ["Orders"], ["Terminals"], ["Imports", "Exports", "Jobs"], ["Lifecycle"],
    ];

    /// <summary>Files through which an area may be used by a higher one; what is public in them is documented.
    /// </summary>
    public static readonly string[] Doors =
    [
        "Caller", "AnswerKeeping", "ApplicationDirectory", "Outbox", "IMailSender", "ISmsSender", "LetterTemplates",
        "AttributeCatalog", "ProfileDirectory", "ProfileBatchWriter", "ProfileBatchPlanner", "ProfileUndo", "ProfileMerges",
        "ProgramCatalog", "OneTimeCodes", "PointsLedger", "WalletReader", "IWalletOwners", "CardDirectory", "CardIntake",
        "FingerprintBook", "ILearnedFingerprints", "SessionHistory", "ProfileNotes", "IEarningRecords",
        "TransactionHistory", "WalletLog",
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

    /// <summary>Another area is used by its doors; what lies behind them is its own business. The types of its domain
    /// pass through its doors, and its refusals are part of its answers.</summary>
    public static IEnumerable<string> DoorFaults(IReadOnlyCollection<SourceFile> app)
    {
        var behind = app.Where(f => f.Area is not (null or "Shared") && !IsOpen(f))
            .SelectMany(f => Types(f).Select(name => (Area: f.Area!, Name: name)))
            .ToLookup(t => t.Area, t => t.Name, StringComparer.Ordinal);
        return from file in app
               where file.Area is not null
               from area in References(file.Code).Select(r => r.Area).Distinct()
               where area != file.Area
               from Match name in Name().Matches(file.Code)
               where behind[area].Contains(name.Value)
               select file.Fault(name.Index, $"{name.Value} of {area}: go through its door.");
    }

    /// <summary>The namespace of another area's storage has extension methods in it too, so it is named only where a
    /// door that lives there is.</summary>
    public static IEnumerable<string> StorageFaults(IReadOnlyCollection<SourceFile> app)
    {
        var doors = app.Where(f => f.IsIn("Storage") && IsOpen(f))
            .ToLookup(f => f.Area, f => Types(f).ToHashSet(StringComparer.Ordinal));
        return from file in app
               where file.Area is not null
               from r in References(file.Code)
               where r.Area != file.Area && r is { Area: not "Shared", Folder: "Storage" }
                   && !Name().Matches(file.Code).Any(name => doors[r.Area].Any(door => door.Contains(name.Value)))
               select file.Fault(r.Offset, $"the storage of {r.Area}: go through its door.");
    }

    /// <summary>Every door is a file of the app; a name that is left over here would open nothing.</summary>
    public static IEnumerable<string> MissingDoorFaults(IEnumerable<SourceFile> app) =>
        from door in Doors.Except(app.Select(f => Path.GetFileNameWithoutExtension(f.Path)), StringComparer.Ordinal)
        select $"There is no file {door}.cs.";

    /// <summary>Domain decides: it knows its own area and the kernel, neither Azure nor the web nor time.</summary>
    public static IEnumerable<string> DomainFaults(SourceFile file) =>
        from Match m in Infrastructure().Matches(file.Code)
        where file.IsIn("Domain")
        select file.Fault(m.Index, $"'{m.Value}' in a domain.");

    /// <summary>Domain knows no other area, but for how events are named: what happened is the domain's to say.
    /// </summary>
    public static IEnumerable<string> DomainAreaFaults(SourceFile file) =>
        from r in References(file.Code)
        where file.IsIn("Domain") && r.Area != file.Area && r.Area != "Shared"
            && r is not { Area: "Events", Folder: "Domain" }
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

    private static bool IsOpen(SourceFile file) => file.IsIn("Domain")
        || Path.GetFileNameWithoutExtension(file.Path) is var name
            && (Doors.Contains(name) || name.EndsWith("Errors", StringComparison.Ordinal));

    private static IEnumerable<string> Types(SourceFile file) =>
        Declaration().Matches(file.Code).Select(m => m.Groups["name"].Value);

    private static int Level(string area) => Array.FindIndex(Levels, level => level.Contains(area));

    // Either CustomerFunctions.Loyalty…, or Loyalty.Domain… as code inside the app's namespace may write it.
    [GeneratedRegex(@"\bCustomerFunctions\.(?<area>\w+)(\.(?<folder>\w+))?"
        + @"|(?<![.\w])(?<area>\w+)\.(?<folder>Domain|Storage)\b")]
    private static partial Regex Reference();

    // Nested types are indented and cannot be named from outside without the outer one.
    [GeneratedRegex(@"^(public|internal)\s[^\n(]*?\b(class|record|struct|interface|enum)\s+(?!struct\b)(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?<![.\w])(Azure|Microsoft\.(Azure|AspNetCore|Extensions))\.\w+|using\s+Azure\s*;"
        + @"|\b(async|await|TimeProvider|HttpClient)\b")]
    private static partial Regex Infrastructure();

    [GeneratedRegex(@"(?<=\.)(PartitionKey|RowKey)\b|\b(PartitionKey|RowKey)\s*=(?!=)|\bRequestFailedException\b"
        + @"|using\s+Azure\s*;"
        + @"|(?<![.\w])ETag(?=\s*[.(?]|\s+\w+\s*[,;)=])")]
    private static partial Regex StorageWord();
}
