using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Profiles.Storage;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles;

/// <summary>
/// The door for imports: thousands of customers at a time in full transactions, under a quarter of a storage call for
/// each new one. Rows come in the order of their lines and no two have the same match key. A run that broke off is run
/// again with the same rows and options: each row then gets the outcome that it got first. Faults are thrown; what is
/// wrong with one row is its outcome.
/// </summary>
public sealed class ProfileBatchWriter(
    BatchKeys keys, BatchProfiles profiles, BatchSingles singles, ProfileTrail trail, TimeProvider clock)
{
    /// <summary>Rows that make the transactions full; more only cost memory.</summary>
    public const int RowsBest = 10_000;

    /// <summary>Writes the rows and says what became of each, in their order.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="by">Who, as audit trails tell: <c>import:9f86…</c>.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">The same in every run.</param>
    /// <param name="cancel">Stops between transactions; run again to go on.</param>
    public async Task<IReadOnlyList<BatchOutcome>> WriteAsync(
        AppEnvironment environment, string by, IReadOnlyList<BatchRow> rows, BatchOptions options,
        CancellationToken cancel)
    {
        var items = rows.Select(r => new BatchItem(environment, r, options, by)).ToList();
        PutLate(items);
        var marks = trail.Marks(environment, items.Where(i => i.IsOpen).Select(LeftoverOf));
        await trail.AnnounceAsync(marks, cancel);
        await keys.MatchAsync(environment, items.Where(i => i.IsOpen), cancel);
        await keys.CompleteAsync(environment, items.Where(i => i.IsOpen && i.Matched is null), cancel);
        await DecideAsync(environment, items, options, cancel);
        await WriteAsync(environment, items, cancel);
        // What these leave behind goes with the timer; the notes of all the others are taken back.
        var abandoned = items.Where(i => i.IsLeftOut && i.HasCodes).Select(LeftoverOf);
        await trail.AnnounceAsync(trail.Marks(environment, abandoned), cancel);
        await FinishAsync(environment, items, options, cancel);
        await trail.CloseAsync(marks, cancel);
        return [.. items.Select(i => i.Outcome!)];
    }

    /// <summary>Rows that share an id, email or phone with an earlier one go alone, after it.</summary>
    private static void PutLate(List<BatchItem> items)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            foreach (var code in item.OtherCodes.Append(item.MatchCode)) item.IsLate |= !seen.Add(code);
            item.IsLeftOut = item.IsLate;
        }
    }

    private static Leftover LeftoverOf(BatchItem item) =>
        new(item.Key, [.. item.Claims, .. IndexEntries.Of(item.Row.Profile)]);

    private async Task DecideAsync(
        AppEnvironment environment, List<BatchItem> items, BatchOptions options, CancellationToken cancel)
    {
        var asked = items.Where(i => i.IsOpen && (i.Matched is not null || i.WasSeen)).Select(i => i.Matched ?? i.Key);
        var found = await profiles.LoadAsync(environment, asked, cancel);
        foreach (var item in items.Where(i => i.IsOpen))
        {
            var row = found.GetValueOrDefault(item.Matched ?? item.Key);
            if (row?.Find(item.Row.ChangeId) is { } note)
                item.Outcome = item.OutcomeOf(note, row.Key, row.Customer?.IntegrationId);
            else if (item.Matched is not null) Update(environment, item, row, options);
            else if (row is not null) item.LeaveOut();
            else item.Next = Made(environment, item);
        }
    }

    private ProfileRow Made(AppEnvironment environment, BatchItem item)
    {
        var now = clock.GetUtcNow();
        var wanted = item.Row.Profile.Settled(null, now);
        var blank = ProfileRow.Blank(item.Key, item.IntegrationId);
        return blank.With(environment, wanted, new Change(item.Row.ChangeId, ""), now, item.By);
    }

    /// <summary>What the row changes of the customer that it is about; with another email or phone it goes
    /// alone.</summary>
    private void Update(AppEnvironment environment, BatchItem item, ProfileRow? row, BatchOptions options)
    {
        if (row?.Customer is not { } customer || (item.MatchCode[0] != 'i' && !row.Owns(item.MatchCode)))
        {
            item.LeaveOut();
            return;
        }

        var now = clock.GetUtcNow();
        var merged = ProfileMerge.Over(customer.Profile, item.Row.Profile).Settled(customer.Profile, now);
        if (options.OnExisting == BatchExisting.Skip)
            item.Outcome = new BatchOutcome(BatchChange.Skipped, customer.IntegrationId);
        else if (ProfileDocument.Same(merged, customer.Profile))
            item.Outcome = new BatchOutcome(BatchChange.Unchanged, customer.IntegrationId);
        else if (!Ownership.Of(environment, merged).ToHashSet().SetEquals(row.Claims)) item.LeaveOut();
        else
        {
            item.Before = row;
            item.Next = row.With(environment, merged, new Change(item.Row.ChangeId, ""), now, item.By);
        }
    }

    private async Task WriteAsync(AppEnvironment environment, List<BatchItem> items, CancellationToken cancel)
    {
        var updates = items.Where(i => i.IsOpen && i.Before is not null).ToList();
        var changed = updates.Select(i => new Leftover(
            i.Next!.Key, [.. i.Next.Entries.Except(i.Before!.Entries), .. i.Before.Entries.Except(i.Next.Entries)]));
        // These notes stay: the timer removes what the names before were found by.
        await trail.AnnounceAsync(trail.Marks(environment, changed.Where(l => l.Codes.Length > 0)), cancel);
        await profiles.WriteAsync(environment, [.. items.Where(i => i.IsOpen)], cancel);
    }

    private async Task FinishAsync(
        AppEnvironment environment, List<BatchItem> items, BatchOptions options, CancellationToken cancel)
    {
        await Parallel.ForEachAsync(
            items.Where(i => i.IsLeftOut && !i.IsLate),
            new ParallelOptions { MaxDegreeOfParallelism = BatchKeys.AtOnce, CancellationToken = cancel },
            async (item, c) => item.Outcome = await singles.WriteAsync(environment, item, options, c));
        foreach (var item in items.Where(i => i.IsLate))
            item.Outcome = await singles.WriteAsync(environment, item, options, cancel);
    }
}
