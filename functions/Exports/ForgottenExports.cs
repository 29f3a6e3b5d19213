using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Exports;

/// <summary>Withdraws the exports that hold a customer who is erased: their file goes, and who still needs one asks for
/// another. One that is at work is withdrawn at its end.</summary>
public sealed class ForgottenExports(
    ExportsTable exports, ExportFiles files, ExportKinds kinds, ProfileDirectory profiles, TimeProvider clock)
    : IForgets
{
    /// <summary>How long an erasure that broke off may take to go on: until then a file may still be there.</summary>
    private static readonly TimeSpan Unfinished = TimeSpan.FromDays(1);

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
            if (export.WithdrawnAt is { } at ? at > clock.GetUtcNow() - Unfinished || IsNamed(export)
                : !export.HasEnded || IsNamed(export) || await HoldsAsync(export, stored, Names, cancel))
                await WithdrawAsync(export, Names, cancel);
        return;

        bool Names(string text) => known.Any(w => WholeWords.Occur(text, w));
        bool IsNamed(ExportRecord export) =>
            export.Order.Filter is var filter && filter.Without(Names) != filter;
    }

    // What is looked for is what is known of the customer now. A file without ids may say what was known before, and
    // one that names nobody cannot be searched at all.
    private async Task<bool> HoldsAsync(
        ExportRecord export, StoredProfile stored, Func<string, bool> names, CancellationToken cancel)
    {
        if (export.File is not { } file) return false;
        var fields = export.Order.Fields;
        var isSearchable = fields.Contains(kinds[export.Order.Kind].Who) || fields.Contains(MarketingLayouts.Who)
            || (stored.ChangedAt <= export.AsOf && fields.Any(MarketingLayouts.IsContact));
        if (!isSearchable) return true;
        if (await files.OpenAsync(file, cancel) is not { } content) return false;
        await using (content)
            await foreach (var text in ExportTexts.ReadAsync(content, export.Order, cancel))
                if (names(text)) return true;
        return false;
    }

    private async Task WithdrawAsync(ExportRecord export, Func<string, bool> names, CancellationToken cancel)
    {
        var reference = new ExportRef(export.Environment, export.ExportId);
        var now = clock.GetUtcNow();
        var after = await exports.DoChangeAsync(
            reference, before => ExportMoves.Withdraw(before, names, now), cancel);
        if (after.HasEnded) await files.RemoveAsync(after, cancel);
    }
}
