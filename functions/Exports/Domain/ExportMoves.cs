using CustomerFunctions.Shared;

namespace CustomerFunctions.Exports.Domain;

/// <summary>How an export goes from state to state. What changes nothing answers the same record.</summary>
public static class ExportMoves
{
    /// <summary>Its work begins, or goes on after it broke off: the first beginning counts.</summary>
    public static ExportRecord Begin(ExportRecord export, int parts, DateTimeOffset now) =>
        export.HasEnded || export.StartedAt is not null
            ? export
            : export with { State = ExportState.Running, StartedAt = now, Parts = parts };

    /// <summary>It ends, with a file or failed. One that was withdrawn while it was at work gives out none.</summary>
    public static ExportRecord End(
        ExportRecord export, ExportFile? file, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        if (export.HasEnded) return export;
        var given = export.WithdrawnAt is null ? file : null;
        return export with
        {
            State = given is null ? ExportState.Failed : ExportState.Completed,
            File = given,
            FinishedAt = now,
            ExpiresAt = given is null ? null : expiresAt,
        };
    }

    /// <summary>It is called off; once more changes nothing. Fails with: already-ended.</summary>
    public static Result<ExportRecord> Cancel(ExportRecord export, DateTimeOffset now) =>
        export.State == ExportState.Cancelled ? export
        : export.HasEnded ? ExportsErrors.AlreadyEnded(export.State)
        : export with { State = ExportState.Cancelled, FinishedAt = now };

    /// <summary>It is taken back because of a customer who is erased; one that is at work fails at its end.</summary>
    /// <param name="export">The export.</param>
    /// <param name="names">Tells whether a text names the customer.</param>
    /// <param name="now">The instant.</param>
    public static ExportRecord Withdraw(ExportRecord export, Func<string, bool> names, DateTimeOffset now) =>
        export with
        {
            WithdrawnAt = export.WithdrawnAt ?? now,
            File = null,
            ExpiresAt = null,
            Order = export.Order with { Filter = export.Order.Filter.Without(names) },
        };

    /// <summary>Its file goes because it is old.</summary>
    public static ExportRecord Expire(ExportRecord export, DateTimeOffset now) =>
        export.File is null || export.ExpiresAt > now ? export : export with { File = null, ExpiredAt = now };
}
