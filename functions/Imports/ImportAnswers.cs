using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Imports;

/// <summary>Tells callers of imports.</summary>
public sealed class ImportAnswers(ImportTurns turns, TimeProvider clock)
{
    /// <summary>202 with the import, or the refusal.</summary>
    public async Task<IResult> OfAsync(Result<ImportRecord> import, CancellationToken cancel) =>
        import.Try(out var record, out var error)
            ? Answer.Accepted(await TellAsync(record, null, cancel))
            : Problem.From(error);

    /// <summary>The import with what it waits for and what its orchestration tells.</summary>
    public async Task<ImportAnswer> TellAsync(
        ImportRecord import, ImportProgress? progress, CancellationToken cancel)
    {
        var answer = ImportAnswer.Of(import, progress, clock.GetUtcNow());
        return import.State != ImportState.Queued
            ? answer
            : answer with { WaitsFor = await turns.QueueAsync(import, cancel) };
    }
}
