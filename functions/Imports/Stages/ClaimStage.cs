using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;

namespace CustomerFunctions.Imports.Stages;

/// <summary>Lets equal keys meet: of rows with the same match key, and then of rows with the same phone, email or id,
/// the lowest line wins. It depends on the file alone, not on the order in which activities run.</summary>
public sealed class ClaimStage(WorkBlobs work, ImportKinds kinds)
{
    /// <summary>Blobs of rows that won their match key, one a partition, in the order of lines.</summary>
    public const string Won = "won";

    /// <summary>Blobs of rows that lost it.</summary>
    public const string Duplicates = "dup";

    /// <summary>Blobs of claims on other keys, one a partition of rows, a section for each partition of keys.</summary>
    private const string Claims = "claims";

    /// <summary>Blobs of lost claims, one a partition of keys, a section for each partition of rows.</summary>
    private const string Lost = "lost";

    /// <summary>One partition of rows; answers how many were rejected.</summary>
    public async Task<ImportCounts> ClaimAsync(ImportRecord import, ImportPiece piece, CancellationToken cancel)
    {
        var areUnique = kinds.Of(import).AreKeysUnique;
        var seen = new HashSet<KeyHash>();
        var rejected = 0L;
        var claims = WorkBlobs.Sections(piece.Partitions);
        var won = work.WriteFrames(piece.ImportId, Won, piece.Number);
        var duplicates = work.WriteFrames(piece.ImportId, Duplicates, piece.Number);
        for (var range = 0; range < piece.Ranges; range++)
        {
            var section = await work.ReadSectionAsync(piece.ImportId, ReadStage.Rows, range, piece.Number, cancel);
            foreach (var frame in section)
            {
                var row = Frame.Read(frame, SpooledRow.Read);
                if (areUnique && !seen.Add(row.Keys.Match))
                {
                    rejected++;
                    await duplicates.AddAsync(Duplicate(import, row, null).Write, cancel);
                    continue;
                }

                await won.AddAsync(w => w.Write(frame), cancel);
                foreach (var (field, key) in row.Keys.Others)
                    claims[key.Partition(piece.Partitions)].Add(new KeyClaim(row.Line, field, key).Write);
            }
        }

        await won.CommitAsync(cancel);
        await duplicates.CommitAsync(cancel);
        await work.WriteSectionsAsync(piece.ImportId, Claims, piece.Number, claims, cancel);
        return ImportCounts.None with { Rejected = rejected };
    }

    /// <summary>One partition of keys.</summary>
    public async Task SettleAsync(ImportPiece piece, CancellationToken cancel)
    {
        var first = new Dictionary<KeyHash, int>();
        await ForEachClaimAsync(piece, (_, claim) =>
        {
            if (!first.TryGetValue(claim.Key, out var line) || claim.Line < line) first[claim.Key] = claim.Line;
        }, cancel);
        var lost = WorkBlobs.Sections(piece.Partitions);
        await ForEachClaimAsync(piece, (partition, claim) =>
        {
            if (first[claim.Key] != claim.Line) lost[partition].Add(claim.Write);
        }, cancel);
        await work.WriteSectionsAsync(piece.ImportId, Lost, piece.Number, lost, cancel);
    }

    /// <summary>The rows of a partition that lost a key, by line, with the field that they lost.</summary>
    public async Task<IReadOnlyDictionary<int, KeyField>> LostAsync(ImportPiece piece, CancellationToken cancel)
    {
        var lost = new Dictionary<int, KeyField>();
        for (var keys = 0; keys < piece.Partitions; keys++)
            foreach (var frame in await work.ReadSectionAsync(piece.ImportId, Lost, keys, piece.Number, cancel))
            {
                var claim = Frame.Read(frame, KeyClaim.Read);
                if (!lost.TryGetValue(claim.Line, out var field) || claim.Field < field) lost[claim.Line] = claim.Field;
            }

        return lost;
    }

    /// <summary>A row that lost: to the match key (null) or to another field.</summary>
    public RejectedRow Duplicate(ImportRecord import, SpooledRow row, KeyField? field)
    {
        var why = DuplicateRows.Fault(import, field ?? kinds.Of(import).MatchField(import), isMatch: field is null);
        return new RejectedRow(row.Line, why.Column, why.Code, why.Reason, row.Cells);
    }

    private async Task ForEachClaimAsync(ImportPiece piece, Action<int, KeyClaim> see, CancellationToken cancel)
    {
        for (var rows = 0; rows < piece.Partitions; rows++)
            foreach (var frame in await work.ReadSectionAsync(piece.ImportId, Claims, rows, piece.Number, cancel))
                see(rows, Frame.Read(frame, KeyClaim.Read));
    }
}
