using System.Text.Json;
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
    ImportsTable imports, ImportTurns turns, AttributeCatalog attributes, TimeProvider clock)
{
    [Function(nameof(StartImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "imports/{importId}/start")] HttpRequest http,
        string importId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonOrEmptyAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var options, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        if (await imports.FindAsync(caller.Environment, importId, cancel) is not { } stored)
            return Problem.From(Error.NotFound("import"));
        if (stored.Record.StartedBy != change.Id
            && await turns.IsFullAsync(caller.Environment, stored.Record.Kind, cancel))
            return Problem.From(ImportsErrors.QueueFull);
        var isAtWork = await ImportStarter.IsAtWorkAsync(client, importId, cancel);
        var schema = MappedAttributes.Of(stored.Record).Any()
            ? await attributes.SchemaAsync(caller.Environment, AttributeEntity.Profile, cancel)
            : AttributeSchema.None;
        var queued = await imports.ChangeAsync(
            caller.Environment, importId,
            i => Queue(i, options, change, isAtWork).Then(next => MappedAttributes.Fixed(next, schema)), cancel);
        if (!queued.Try(out var import, out error)) return Problem.From(error);
        // Started by this very change before, and done since.
        if (!import.HasEnded) await ImportStarter.StartAsync(client, import, cancel);
        return Answer.Accepted(ImportAnswer.Of(import, null, clock.GetUtcNow()));
    }

    private static Result<ImportRecord> Queue(
        ImportRecord import, ImportOptions options, Change change, bool isAtWork)
    {
        if (import.StartedBy == change.Id) return import.Options == options ? import : ImportsErrors.KeyReused;
        if (import.State is ImportState.Queued or ImportState.Running)
            return import.Options == options ? import : ImportsErrors.AlreadyStarted;
        if (import.State == ImportState.Completed || import.Shape is null) return ImportsErrors.AlreadyStarted;
        // What a failed import has written was counted by its options: it goes on with the same ones.
        if (import.StartedAt is not null && import.Options != options) return ImportsErrors.AlreadyStarted;
        // A failed run that still tidies up would take the new start for its own, and nobody would begin it.
        if (isAtWork) return Error.Contention;
        var missing = CustomerColumns.Missing([.. import.Mapping], Field(options.MatchBy));
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

    private static Result<ImportOptions> Read(JsonFields body)
    {
        var existing = body.Choice<ImportExisting>("onExisting") ?? ImportExisting.Update;
        var matchBy = ImportMatch.Email;
        body.Text("matchBy", 20, fault: word => TryMatch(word, out matchBy)
            ? null
            : "It must be one of: email, phone, integrationId.");
        if (body.Flag("dryRun") == true) body.Refuse("dryRun", "Dry runs are not offered yet: leave it out.");
        return body.Finish(() => new ImportOptions(existing, matchBy));
    }

    private static bool TryMatch(string word, out ImportMatch match)
    {
        foreach (var known in Enum.GetValues<ImportMatch>())
        {
            match = known;
            if (word == Field(known) || (known == ImportMatch.IntegrationId && word == "integration-id")) return true;
        }

        match = ImportMatch.Email;
        return false;
    }

    private static string Field(ImportMatch match) => JsonNamingPolicy.CamelCase.ConvertName(match.ToString());
}
