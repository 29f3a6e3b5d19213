using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Attributes;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Starts an import, or one that failed again. A repeat with the same options starts nothing twice.</summary>
public sealed class StartImport(
    ImportsTable imports, ArrivedFiles arrived, ImportTurns turns, ImportKinds kinds, ImportPreview preview,
    AttributeCatalog attributes, ImportAnswers answers)
{
    private sealed record Request(ImportOptions Options, string? Hash);

    [Function(nameof(StartImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "imports/{importId}/start")] HttpRequest http,
        string importId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonOrEmptyAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var request, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (!(await arrived.FindAsync(caller.Environment, importId, cancel)).Try(out var stored, out error))
            return Problem.From(error);
        if (stored.State == ImportState.Uploading) return Problem.From(ImportsErrors.NoFile);
        if (stored.StartedBy != change.Id
            && await turns.IsFullAsync(caller.Environment, stored.Kind, cancel))
            return Problem.From(ImportsErrors.QueueFull);
        if (kinds.Of(stored).Refusal is { } refused) return Problem.From(refused);
        if (request.Hash is { } hash && stored.StartedBy != change.Id
            && await preview.FaultAsync(stored, request.Options, hash, cancel) is { } changed)
            return Problem.From(changed);
        var isAtWork = await ImportStarter.IsAtWorkAsync(client, importId, cancel);
        var schema = MappedAttributes.Of(stored).Any()
            ? await attributes.SchemaAsync(caller.Environment, AttributeEntity.Profile, cancel)
            : AttributeSchema.None;
        var queued = await imports.ChangeAsync(
            caller.Environment, importId,
            i => Queue(i, request.Options, change, isAtWork).Then(next => MappedAttributes.Fixed(next, schema)),
            cancel);
        if (!queued.Try(out var import, out error)) return Problem.From(error);
        // Started by this very change before, and done since.
        if (!import.HasEnded) await ImportStarter.StartAsync(client, import, cancel);
        return Answer.Accepted(await answers.TellAsync(import, null, cancel));
    }

    private Result<ImportRecord> Queue(
        ImportRecord import, ImportOptions options, Change change, bool isAtWork)
    {
        if (import.StartedBy == change.Id) return import.Options == options ? import : ImportsErrors.KeyReused;
        if (import.State is ImportState.Queued or ImportState.Running or ImportState.Paused)
            return import.Options == options ? import : ImportsErrors.AlreadyStarted;
        if (import.SweptAt is not null) return ImportsErrors.FilesRemoved;
        var wasDryRun = import is { State: ImportState.Completed, Options.DryRun: true };
        if (wasDryRun) import = import with { StartedAt = null, Attributes = null, Counts = ImportCounts.None };
        else if (import.State is ImportState.Completed or ImportState.Cancelled || import.Shape is null)
            return ImportsErrors.AlreadyStarted;
        // What a failed import has written was counted by its options: it goes on with the same ones.
        if (import.StartedAt is not null && import.Options != options) return ImportsErrors.AlreadyStarted;
        // A failed run that still tidies up would take the new start for its own, and nobody would begin it.
        if (isAtWork) return Error.Contention;
        var missing = kinds.Of(import).Columns.Missing(import, options);
        if (missing.Count > 0) return ImportsErrors.MappingIncomplete(missing);
        return import with
        {
            State = ImportState.Queued,
            Options = options,
            StartedBy = change.Id,
            FinishedAt = null,
            Reason = null,
        };
    }

    private static Result<Request> Read(JsonFields body)
    {
        var existing = body.Choice<ImportExisting>("onExisting") ?? ImportExisting.Update;
        var matchBy = ImportMatch.Email;
        body.Text("matchBy", 20, fault: word => ImportOptions.TryMatch(word, out matchBy)
            ? null
            : "It must be one of: email, phone, integrationId.");
        var dryRun = body.Flag("dryRun") ?? false;
        var hash = body.Text("hash", ImportPreview.HashLengthMax);
        return body.Finish(() => new Request(new ImportOptions(existing, matchBy) { DryRun = dryRun }, hash));
    }
}
