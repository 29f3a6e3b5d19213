using Azure.Storage.Blobs;
using CustomerFunctions.Access;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Ids;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Imports;

/// <summary>Imports a file that was dropped into storage, with the mapping that its headers propose. A drop is known by
/// name and ETag: told twice it starts once, and what can never work becomes a failed import, not an endless retry.
/// </summary>
public sealed class OnImportDropped(
    ImportsTable imports, ApplicationDirectory applications, ImportKinds kinds, AgedImports aged,
    TimeProvider clock)
{
    [Function(nameof(OnImportDropped))]
    public async Task Run(
        [BlobTrigger("imports/{application}/{kind}/{file}.csv", Source = BlobTriggerSource.EventGrid,
            Connection = "AzureWebJobsStorage")] BlobClient blob,
        string application, string kind, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        if (await FileReceiver.FindAsync(blob, cancel) is not { } source) return;
        var importId = Hash.Hex("drop", source.Container, source.Blob, source.ETag)[..32];
        if (await applications.FindAsync(application, cancel) is not { } owner)
        {
            // Nobody knows whose file it is, so it is told in both environments.
            foreach (var environment in Enum.GetValues<AppEnvironment>())
            {
                var nobodys = new ImportRecord(
                    importId, environment, kind, application, "", ImportState.Failed, clock.GetUtcNow());
                await aged.MarkAsync(environment, importId, cancel);
                await imports.AddAsync(Failed(nobodys, source, "There is no application of that name."), cancel);
            }

            return;
        }

        var import = new ImportRecord(
            importId, owner.Environment, kind, owner.Name, owner.Region, ImportState.Queued, clock.GetUtcNow());
        await aged.MarkAsync(owner.Environment, importId, cancel);
        await imports.AddAsync(await DescribeAsync(import, blob, source, cancel), cancel);
        if (await imports.FindAsync(owner.Environment, importId, cancel) is { Record: { HasEnded: false } known })
            await ImportStarter.StartAsync(client, known, cancel);
    }

    private async Task<ImportRecord> DescribeAsync(
        ImportRecord import, BlobClient blob, ImportSource source, CancellationToken cancel)
    {
        if (kinds.Find(import.Kind) is not { } kind) return Failed(import, source, "There is no such kind of import.");
        if (kind.Refusal is { } refusal) return Failed(import, source, refusal.Message);
        if (!(await FileReceiver.LookAsync(blob, source, cancel)).Try(out var shape, out var error))
            return Failed(import, source, error.Message);
        import = import with
        {
            Source = source,
            Shape = shape,
            Proposed = kind.Columns.Propose(shape.Headers),
            Mapping = kind.Columns.Propose(shape.Headers),
            Options = ImportOptions.Default,
        };
        var missing = kind.Columns.Missing(import, ImportOptions.Default);
        return missing.Count == 0
            ? import
            : Failed(import, source, $"No column was recognised for: {string.Join(", ", missing)}.");
    }

    private ImportRecord Failed(ImportRecord import, ImportSource source, string reason) => import with
    {
        State = ImportState.Failed,
        Source = source,
        Reason = reason,
        FinishedAt = clock.GetUtcNow(),
    };
}
