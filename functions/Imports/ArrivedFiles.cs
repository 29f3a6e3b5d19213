using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports;

/// <summary>Looks whether the file of an upload link has come, whenever somebody asks for its import.</summary>
public sealed class ArrivedFiles(ImportsTable imports, StorageAccount storage, ImportKinds kinds)
{
    /// <summary>The import, with its columns once the file is there. Fails with: not-found, and for a file that can
    /// never be imported empty-file, unusable-header; another one can be written to the link in its place.</summary>
    public async Task<Result<ImportRecord>> FindAsync(
        AppEnvironment environment, string importId, CancellationToken cancel)
    {
        if (await imports.FindAsync(environment, importId, cancel) is not { Record: var import })
            return Error.NotFound("import");
        if (import.State != ImportState.Uploading) return import;
        var blob = storage.Blobs.GetBlobContainerClient(import.Source!.Container).GetBlobClient(import.Source.Blob);
        if (await FileReceiver.FindAsync(blob, cancel) is not { } source) return import;
        if (!(await FileReceiver.LookAsync(blob, source, cancel)).Try(out var shape, out var error)) return error;
        var proposed = kinds.Of(import).Columns.Propose(shape.Headers);
        return await imports.ChangeAsync(
            environment, importId,
            i => i.State != ImportState.Uploading ? i : i with
            {
                State = ImportState.Uploaded,
                Source = source,
                Shape = shape,
                Proposed = proposed,
                Mapping = proposed,
            },
            cancel);
    }
}
