namespace CustomerFunctions.Loyalty.Domain;

/// <summary>I10, in storage: a change's own row makes it count once, and answers a repeat of it with the change's first
/// entry. So each change has one, and it says what the entry says.</summary>
/// <param name="answers">The entries that the rows hold.</param>
internal sealed class AnsweredChanges(IEnumerable<LedgerEntry> answers)
{
    private readonly Dictionary<long, List<LedgerEntry>> _open =
        answers.GroupBy(a => a.Seq).ToDictionary(g => g.Key, g => g.ToList());
    private string? _lastChange;

    /// <summary>The number of an entry that a change is answered with and that has not come; null for none.</summary>
    public long? Missing => _open.Count == 0 ? null : _open.Keys.Min();

    /// <summary>What is wrong with the row of the change that the next entry belongs to, or null.</summary>
    public Breach? Next(LedgerEntry entry, string hashBefore)
    {
        var isFirst = entry.ChangeId is not null && entry.ChangeId != _lastChange;
        _lastChange = entry.ChangeId;
        if (!_open.Remove(entry.Seq, out var found))
            return isFirst
                ? new Breach("I10", "The row of its change is missing: a repeat would count again.")
                : null;
        return isFirst && found is [var answer] && IsSame(answer, entry, hashBefore)
            ? null
            : new Breach("I10", "A repeat of its change would be answered with something else.");
    }

    /// <summary>Notes an entry that is not looked at.</summary>
    public void Later(long seq) => _open.Remove(seq);

    // The hash covers all but itself and the recording time.
    private static bool IsSame(LedgerEntry answer, LedgerEntry entry, string hashBefore) =>
        answer.Hash == entry.Hash && answer.RecordedAt == entry.RecordedAt
        && Chain.HashOf(answer, hashBefore) == entry.Hash;
}
