using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports;

/// <summary>Withdraws the exports that hold a customer who is erased: their file goes, and who still needs one asks for
/// another. One that is at work is withdrawn at its end.</summary>
public sealed class ForgottenExports(
    ExportsTable exports, ExportFiles files, ProfileDirectory profiles, TimeProvider clock) : IForgets
{
    /// <inheritdoc/>
    public bool NeedsProfile => true;

    /// <inheritdoc/>
    public async Task ForgetAsync(AppEnvironment environment, ProfileKey key, CancellationToken cancel)
    {
        if (await profiles.FindAsync(environment, key, cancel) is not { } stored) return;
        string[] known =
        [
            .. stored.Ids.Concat(stored.Emails).Concat(stored.Phones).Append(stored.Profile.Name ?? "")
                .Where(w => w.Length > 0),
        ];
        await foreach (var export in exports.ReadAsync(environment, cancel))
            // One that was taken back before may still have its file, when that broke off.
            if (!export.HasEnded || export.WithdrawnAt is not null
                || (export.File is not null && await HoldsAsync(export.File, known, cancel)))
                await WithdrawAsync(export, cancel);
    }

    private async Task<bool> HoldsAsync(ExportFile file, string[] words, CancellationToken cancel)
    {
        await foreach (var line in files.ReadLinesAsync(file, cancel))
            if (words.Any(w => WholeWords.Occur(line, w))) return true;
        return false;
    }

    private async Task WithdrawAsync(ExportRecord export, CancellationToken cancel)
    {
        var reference = new ExportRef(export.Environment, export.ExportId);
        var now = await exports.WithdrawAsync(reference, clock.GetUtcNow(), cancel);
        if (now.HasEnded) await files.RemoveAsync(reference, cancel);
    }
}
