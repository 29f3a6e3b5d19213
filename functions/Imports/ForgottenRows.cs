using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports;

/// <summary>Takes a customer who is erased out of the files of all imports: sources and rejected rows. An import that
/// is
/// at work reads its file as it was; its files are done once it has ended, by a mark that holds hashes only. What it
/// spools goes at its end anyway.</summary>
public sealed class ForgottenRows(
    ImportsTable imports, ImportFiles files, FileErasure erasure, ProfileDirectory profiles, DueIndex due,
    TimeProvider clock) : IForgets
{
    /// <summary>The due index's kind of work for imports that were at work.</summary>
    public const string DueKind = "import-rows";

    private const int PageSize = 100;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public bool NeedsProfile => true;

    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        if (await profiles.FindAsync(environment, key, cancel) is not { } stored) return;
        var marks = CustomerMarks.Of(stored);
        for (string? after = null; ;)
        {
            var page = await imports.ListAsync(environment, after, PageSize, cancel);
            foreach (var import in page.Items) await ForgetAsync(import, marks, cancel);
            if (page.Next is null) return;
            after = page.Items[^1].ImportId;
        }
    }

    /// <summary>The timer's work: true when the import has ended and its files are done.</summary>
    public async Task<bool> SweepAsync(DueItem item, CancellationToken cancel)
    {
        var parts = item.Subject.Split('|');
        var found = await imports.FindAsync(AppEnvironments.Parse(parts[0]), parts[1], cancel);
        return found is null || await TryAsync(found.Record, parts[2].Split(','), cancel);
    }

    private async Task ForgetAsync(ImportRecord import, IReadOnlyList<string> marks, CancellationToken cancel)
    {
        // Written first, so that whatever breaks off is finished when nothing tells any more who the customer was.
        var mark = await due.MarkAsync(
            DueKind, $"{import.Environment.Name()}|{import.ImportId}|{string.Join(',', marks)}",
            clock.GetUtcNow() + LookAgainAfter, cancel);
        if (await TryAsync(import, marks, cancel)) await due.RemoveAsync(mark, cancel);
    }

    private async Task<bool> TryAsync(ImportRecord import, IReadOnlyList<string> marks, CancellationToken cancel)
    {
        if (import.State is ImportState.Uploading or ImportState.Queued or ImportState.Running or ImportState.Paused)
            return false;
        var goes = new CustomerMarks(marks, import.Region).Name;
        await erasure.EraseRejectedAsync(import.Environment, import.ImportId, goes, cancel);
        if (import.Replaced is { } left) await RemoveAsync(import, left, cancel);
        if (await erasure.RewriteAsync(import, goes, cancel) is not { } source) return true;
        var changed = await imports.ChangeAsync(
            import.Environment, import.ImportId,
            i => i.Source == import.Source && i.State == import.State && i.Replaced is null
                ? i with { Source = source, Replaced = import.Source }
                : i,
            cancel);
        if (!changed.IsOk || changed.Value.Source != source)
        {
            await files.RemoveAsync(source, cancel);
            return false;
        }

        await RemoveAsync(changed.Value, import.Source!, cancel);
        return true;
    }

    private async Task RemoveAsync(ImportRecord import, ImportSource old, CancellationToken cancel)
    {
        await files.RemoveAsync(old, cancel);
        await imports.ChangeAsync(
            import.Environment, import.ImportId, i => i.Replaced == old ? i with { Replaced = null } : i, cancel);
    }
}
