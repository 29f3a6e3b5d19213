using System.Collections.Immutable;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>Rows beside a profile's own that a crash could leave over.</summary>
/// <param name="Key">The customer.</param>
/// <param name="Codes">Codes of claims (<c>e|</c>, <c>t|</c>) and index entries (<c>w|</c>, <c>v|</c>,
/// <c>k|</c>).</param>
public sealed record Leftover(ProfileKey Key, ImmutableArray<string> Codes)
{
    /// <summary>The claims among the codes.</summary>
    public IEnumerable<string> Claims => Codes.Where(IsClaim);

    /// <summary>The index entries among the codes.</summary>
    public IEnumerable<string> Entries => Codes.Where(c => !IsClaim(c));

    private static bool IsClaim(string code) => code[0] is 'e' or 't';
}

/// <summary>A note of leftovers as it lies in the due index.</summary>
/// <param name="Subject">Its text: the environment, a unique name, then one line for each customer.</param>
/// <param name="Slot">The minute from which on the timer looks at it.</param>
public sealed record TrailMark(string Subject, DateTimeOffset Slot);

/// <summary>
/// Tells the timer what a writer is about to leave beside a profile's row, before it does, and takes the note back
/// when nothing is left. Every note has a name of its own, so that no writer takes back another's.
/// </summary>
public sealed class ProfileTrail(DueIndex due, TimeProvider clock)
{
    /// <summary>The kind of due work.</summary>
    public const string Kind = "profile-tidy";

    /// <summary>Longest note, in UTF-16 units: a table property holds 32 Ki.</summary>
    public const int SubjectLengthMax = 30_000;

    /// <summary>How long a writer may take before the timer looks after it. The timer fences it then, so a slower one
    /// only begins anew.</summary>
    public static readonly TimeSpan After = TimeSpan.FromMinutes(2);

    /// <summary>Notes what one writer is about to leave. One call.</summary>
    public async Task<TrailMark> AnnounceAsync(
        AppEnvironment environment, Leftover leftover, CancellationToken cancel)
    {
        var mark = Marks(environment, [leftover]).Single();
        await due.MarkAsync(Kind, mark.Subject, mark.Slot, cancel);
        return mark;
    }

    /// <summary>The notes of many leftovers, as few as they fit into.</summary>
    public IReadOnlyList<TrailMark> Marks(AppEnvironment environment, IEnumerable<Leftover> leftovers)
    {
        var slot = DueIndex.SlotOf(clock.GetUtcNow() + After);
        var marks = new List<TrailMark>();
        var text = "";
        foreach (var line in leftovers.Select(l => $"\n{l.Key} {string.Join(' ', l.Codes)}"))
        {
            if (text.Length > 0 && text.Length + line.Length > SubjectLengthMax) Close();
            if (text.Length == 0) text = $"{environment.Name()} {Guid.NewGuid():n}";
            text += line;
        }

        if (text.Length > 0) Close();
        return marks;

        void Close()
        {
            marks.Add(new TrailMark(text, slot));
            text = "";
        }
    }

    /// <summary>Writes notes in full transactions.</summary>
    public async Task AnnounceAsync(IReadOnlyList<TrailMark> marks, CancellationToken cancel)
    {
        foreach (var slot in marks.GroupBy(m => m.Slot))
            await due.MarkAsync(Kind, slot.Select(m => m.Subject), slot.Key, cancel);
    }

    /// <summary>Takes notes back: nothing is left.</summary>
    public async Task CloseAsync(IEnumerable<TrailMark> marks, CancellationToken cancel)
    {
        foreach (var mark in marks) await CloseAsync(mark, cancel);
    }

    /// <summary>Takes a note back: nothing is left.</summary>
    public Task CloseAsync(TrailMark mark, CancellationToken cancel)
    {
        var entity = DueIndex.Entity(Kind, mark.Subject, mark.Slot);
        var row = new DueRow(entity.PartitionKey, entity.RowKey, Azure.ETag.All);
        return due.RemoveAsync(new DueItem(Kind, mark.Subject, mark.Slot, row), cancel);
    }

    /// <summary>Notes that are due.</summary>
    public IAsyncEnumerable<DueItem> DueAsync(CancellationToken cancel) =>
        due.ReadAsync(Kind, clock.GetUtcNow(), cancel);

    /// <summary>All notes, also those that are not due yet.</summary>
    public IAsyncEnumerable<DueItem> PendingAsync(CancellationToken cancel) =>
        due.ReadAsync(Kind, clock.GetUtcNow() + After + After, cancel);

    /// <summary>Takes back a note that the timer has dealt with.</summary>
    public Task RemoveAsync(DueItem item, CancellationToken cancel) => due.RemoveAsync(item, cancel);

    /// <summary>Reads a note.</summary>
    public static (AppEnvironment Environment, IReadOnlyList<Leftover> Leftovers) Read(string subject)
    {
        var lines = subject.Split('\n');
        return (AppEnvironments.Parse(lines[0].Split(' ')[0]), [.. lines.Skip(1).Select(line => line.Split(' '))
            .Select(p => new Leftover(ProfileKey.Parse(p[0]), [.. p.Skip(1).Where(c => c.Length > 0)]))]);
    }
}
