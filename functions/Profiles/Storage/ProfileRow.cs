using System.Collections.Immutable;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>What a profile's row stands for.</summary>
public enum RowState
{
    /// <summary>A customer.</summary>
    Live,

    /// <summary>Nobody, and never will be: a slow writer lost its claims and must begin anew with another
    /// key.</summary>
    Fence,

    /// <summary>Nobody any more; index rows, claims and the id are still being removed.</summary>
    Erasing,

    /// <summary>Nobody any more. The figures stay under the key.</summary>
    Erased,

    /// <summary>Merged into another customer, who is being given what this one had.</summary>
    Merging,

    /// <summary>Merged into another customer, who has everything.</summary>
    Merged,
}

/// <summary>A change that a profile's row remembers.</summary>
/// <param name="Id">The change id.</param>
/// <param name="BodyHash">What it said.</param>
/// <param name="Created">True when it made the customer.</param>
public sealed record ChangeNote(string Id, string BodyHash, bool Created);

/// <summary>A profile's row: the customer, and what is needed to keep the places beside it right.</summary>
public sealed record ProfileRow
{
    /// <summary>Changes that a row remembers; older ones can no longer be told from new ones.</summary>
    public const int ChangesMax = 16;

    /// <summary>The columns of a profile and its figures that <see cref="Customer"/> is made of.</summary>
    public static readonly IReadOnlyList<string> CustomerColumns =
    [
        "PartitionKey", "RowKey", "State", "IntegrationId", "Version", "MobileVerified", "CreatedAt", "ChangedAt",
        "MergedInto", "Absorbed", "Absorbing", "Figures", .. TableRows.PropertiesOf("Document"),
        .. TableRows.PropertiesOf("Aliases"),
    ];

    public required ProfileKey Key { get; init; }

    public required RowState State { get; init; }

    public string IntegrationId { get; init; } = "";

    public Profile Profile { get; init; } = new() { Kind = ProfileKind.Guest };

    public ProfileFigures Figures { get; init; } = ProfileFigures.None;

    public long Version { get; init; }

    public bool MobileVerified { get; init; }

    /// <summary>The phone was proven before the change that is not written yet.</summary>
    public bool WasVerified { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>The change that made the customer; kept when <see cref="Changes"/> has long forgotten it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>Who made the customer, as the audit trail tells.</summary>
    public string MadeBy { get; init; } = "";

    /// <summary>What the audit trail will tell of a change that is not written yet; null for one that made the
    /// customer, which the row itself tells of.</summary>
    public AuditEntry? Audit { get; init; }

    /// <summary>What the row is written with: <see cref="Audit"/>, and whether the phone became proven or
    /// unproven.</summary>
    public AuditEntry? Line => Audit is null || WasVerified == MobileVerified
        ? Audit
        : Audit with { Changes = [.. Audit.Changes, new FieldChange("mobileVerified", WasVerified, MobileVerified)] };

    /// <summary>Codes of email and phone that this row confirms.</summary>
    public ImmutableArray<string> Claims { get; init; } = [];

    /// <summary>Index entries that were written for this row.</summary>
    public ImmutableArray<string> Entries { get; init; } = [];

    public ImmutableArray<ChangeNote> Changes { get; init; } = [];

    public long EventSequence { get; init; }

    public bool OutboxMarked { get; init; }

    /// <summary>Whom this customer was merged into.</summary>
    public ProfileKey? MergedInto { get; init; }

    /// <summary>Who merged it, as the audit trail tells.</summary>
    public string MergedBy { get; init; } = "merge";

    /// <summary>Keys of customers that were merged into this one, and of those merged into them.</summary>
    public ImmutableArray<ProfileKey> Absorbed { get; init; } = [];

    /// <summary>The customer whose merge into this one is under way.</summary>
    public ProfileKey? Absorbing { get; init; }

    /// <summary>Ids and contacts of absorbed customers, by which this one is found too.</summary>
    public ImmutableArray<Alias> Aliases { get; init; } = [];

    public ETag ETag { get; init; }

    /// <summary>The customer, when there is one.</summary>
    public StoredProfile? Customer => State == RowState.Live
        ? new StoredProfile(Key, IntegrationId, Profile, Figures, Version, MobileVerified, CreatedAt, ChangedAt)
        {
            Absorbed = Absorbed,
            Absorbing = Absorbing,
            Aliases = Aliases,
        }
        : null;

    /// <summary>True when what is stored under the key belongs to another customer now.</summary>
    public bool IsMerged => State is RowState.Merging or RowState.Merged;

    /// <summary>True when the row confirms that the customer owns an email or phone.</summary>
    public bool Owns(string code) => State is RowState.Live or RowState.Merging && Claims.Contains(code);

    /// <summary>A change that this row remembers, or null.</summary>
    public ChangeNote? Find(string changeId) => Changes.FirstOrDefault(c => c.Id == changeId)
        ?? (CreatedBy == changeId ? new ChangeNote(changeId, "", true) : null);

    /// <summary>The row of a customer that nothing is known of yet. It is as old as its key, by which lists go.
    /// </summary>
    public static ProfileRow Blank(ProfileKey key, string integrationId) => new()
    {
        Key = key,
        State = RowState.Live,
        IntegrationId = integrationId,
        CreatedAt = key.MadeAt,
    };

    /// <summary>The row after a change, with what the audit trail tells of it.</summary>
    public ProfileRow With(AppEnvironment environment, Profile wanted, Change change, DateTimeOffset now, string by)
    {
        var created = Version == 0;
        var note = new ChangeNote(change.Id, change.BodyHash, created);
        return this with
        {
            Profile = wanted,
            Version = Version + 1,
            MobileVerified = MobileVerified && Profile.Phone == wanted.Phone,
            WasVerified = MobileVerified,
            ChangedAt = now,
            Claims = [.. Ownership.Of(environment, wanted).Union(Aliases.SelectMany(a => a.Claims(environment)))],
            Entries = [.. IndexEntries.Of(wanted)],
            CreatedBy = created ? change.Id : CreatedBy,
            MadeBy = created ? by : MadeBy,
            Audit = created
                ? null
                : new AuditEntry(now, by, "changed", Version + 1, AuditTrail.Between(Profile, wanted))
                {
                    Since = ChangedAt,
                },
            Changes = [.. Changes.Append(note).TakeLast(ChangesMax)],
        };
    }

    /// <summary>What the audit trail tells of the making.</summary>
    public AuditEntry Making => new(Key.MadeAt, MadeBy, "created", 1, []);

    /// <summary>The row as stored, without figures.</summary>
    public TableEntity ToEntity(string partition, string rowKey)
    {
        var entity = new TableEntity(partition, rowKey)
        {
            ["State"] = State.ToString(),
            ["Version"] = Version,
            ["CreatedAt"] = CreatedAt,
            ["ChangedAt"] = ChangedAt,
            ["CreatedBy"] = CreatedBy,
            ["MadeBy"] = MadeBy,
            ["Claims"] = string.Join(' ', Claims),
            ["Entries"] = string.Join(' ', Entries),
            ["Changes"] = string.Join(' ', Changes.Select(c => $"{c.Id},{c.BodyHash},{(c.Created ? "c" : "u")}")),
            ["EventSequence"] = EventSequence,
            ["OutboxMarked"] = OutboxMarked,
        };
        if (MergedInto is { } into) entity["MergedInto"] = into.ToString();
        if (!Absorbed.IsEmpty) entity["Absorbed"] = string.Join(' ', Absorbed);
        if (State is not (RowState.Live or RowState.Merging)) return entity;
        if (MergedInto is not null) entity["MergedBy"] = MergedBy;
        if (Absorbing is { } underway) entity["Absorbing"] = underway.ToString();
        if (!Aliases.IsEmpty) entity.SetDocument("Aliases", JsonSerializer.SerializeToUtf8Bytes(Aliases, Json.Options));
        entity["IntegrationId"] = IntegrationId;
        entity["MobileVerified"] = MobileVerified;
        entity.SetDocument("Document", ProfileDocument.Write(Profile));
        return entity;
    }

    /// <summary>Reads what <see cref="ToEntity"/> wrote.</summary>
    public static ProfileRow Of(TableEntity entity, ProfileKey key) => new()
    {
        Key = key,
        State = Enum.Parse<RowState>(entity.GetString("State")),
        IntegrationId = entity.GetString("IntegrationId") ?? "",
        Profile = entity.GetDocument("Document") is { } document
            ? ProfileDocument.Read(document)
            : new Profile { Kind = ProfileKind.Guest },
        Version = entity.GetInt64("Version") ?? 0,
        MobileVerified = entity.GetBoolean("MobileVerified") is true,
        CreatedAt = entity.GetDateTimeOffset("CreatedAt") ?? default,
        ChangedAt = entity.GetDateTimeOffset("ChangedAt") ?? default,
        CreatedBy = entity.GetString("CreatedBy") ?? "",
        MadeBy = entity.GetString("MadeBy") ?? "",
        Claims = [.. Split(entity, "Claims")],
        Entries = [.. Split(entity, "Entries")],
        Changes = [.. Split(entity, "Changes").Select(c => c.Split(','))
            .Select(c => new ChangeNote(c[0], c[1], c[2] == "c"))],
        EventSequence = entity.GetInt64("EventSequence") ?? 0,
        OutboxMarked = entity.GetBoolean("OutboxMarked") is true,
        MergedInto = KeyOf(entity, "MergedInto"),
        MergedBy = entity.GetString("MergedBy") ?? "merge",
        Absorbed = [.. Split(entity, "Absorbed").Select(ProfileKey.Parse)],
        Absorbing = KeyOf(entity, "Absorbing"),
        Aliases = entity.GetDocument("Aliases") is { } aliases
            ? [.. JsonSerializer.Deserialize<Alias[]>(aliases, Json.Options)!]
            : [],
        ETag = entity.ETag,
    };

    /// <summary>Figures as stored in their own row.</summary>
    public static ProfileFigures FiguresOf(TableEntity? entity) =>
        entity?.GetString("Figures") is { } json ? Json.Read<ProfileFigures>(json) : ProfileFigures.None;

    private static ProfileKey? KeyOf(TableEntity entity, string name) =>
        entity.GetString(name) is { } text ? ProfileKey.Parse(text) : null;

    private static string[] Split(TableEntity entity, string name) =>
        (entity.GetString(name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
