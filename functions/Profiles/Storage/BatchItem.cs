using System.Buffers.Binary;
using System.Collections.Immutable;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>One row of a batch on its way. A row is first taken to be a new customer; what storage says may turn
/// that.</summary>
public sealed class BatchItem
{
    /// <summary>Prepares a row.</summary>
    public BatchItem(AppEnvironment environment, BatchRow row, BatchOptions options, string by)
    {
        Row = row;
        By = by;
        IntegrationId = row.IntegrationId ?? "c-" + Hash.Hex("batch", row.ChangeId)[..20];
        Key = KeyOf(options.StartedAt, row.ChangeId);
        Claims = [.. Ownership.Of(environment, row.Profile)];
        var idCode = Ownership.OfId(environment, IntegrationId);
        var match = options.MatchBy switch
        {
            BatchMatch.Email => Claims.FirstOrDefault(c => c[0] == 'e'),
            BatchMatch.Phone => Claims.FirstOrDefault(c => c[0] == 't'),
            _ => null,
        };
        MatchCode = match ?? idCode;
        OtherCodes = [.. Claims.Append(idCode).Where(c => c != MatchCode)];
    }

    /// <summary>The row.</summary>
    public BatchRow Row { get; }

    /// <summary>Who writes it.</summary>
    public string By { get; }

    /// <summary>The file's id, or one made from the change id.</summary>
    public string IntegrationId { get; }

    /// <summary>The key that a new customer gets, the same in every run.</summary>
    public ProfileKey Key { get; }

    /// <summary>The code by which the row finds its customer.</summary>
    public string MatchCode { get; }

    /// <summary>The id's and claims' other codes.</summary>
    public ImmutableArray<string> OtherCodes { get; }

    /// <summary>Codes of email and phone.</summary>
    public ImmutableArray<string> Claims { get; }

    /// <summary>The customer that the row was found to be about.</summary>
    public ProfileKey? Matched { get; set; }

    /// <summary>A code was there already with this row's key: an earlier run came this far.</summary>
    public bool WasSeen { get; set; }

    /// <summary>A code lies in storage with this row's key.</summary>
    public bool HasCodes { get; set; }

    /// <summary>The row has to go through the single write path.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>The row shares an id, email or phone with an earlier one of the batch, and must come after
    /// it.</summary>
    public bool IsLate { get; set; }

    /// <summary>The profile's row to write, once it is known.</summary>
    public ProfileRow? Next { get; set; }

    /// <summary>The profile's row as read, when there is one.</summary>
    public ProfileRow? Before { get; set; }

    /// <summary>What became of the row; null while it is on its way.</summary>
    public BatchOutcome? Outcome { get; set; }

    /// <summary>True while the batch carries the row.</summary>
    public bool IsOpen => Outcome is null && !IsLeftOut;

    /// <summary>What an earlier run did with the row.</summary>
    public BatchOutcome OutcomeOf(ChangeNote note, ProfileKey key, string? integrationId = null) =>
        new(note.Created ? BatchChange.Created : BatchChange.Updated, integrationId ?? IntegrationId) { Written = key };

    /// <summary>Takes the row out of the batch, to be written alone.</summary>
    public void LeaveOut() => IsLeftOut = true;

    /// <summary>A key that begins, as all keys, with its time, so that customers sort by age.</summary>
    private static ProfileKey KeyOf(DateTimeOffset at, string changeId)
    {
        var bytes = Hash.Bytes("batch-key", changeId).AsSpan(0, 16).ToArray();
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        time[2..].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return ProfileKey.Parse(Convert.ToHexStringLower(bytes));
    }
}
