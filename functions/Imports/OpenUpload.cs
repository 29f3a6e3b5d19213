using Azure.Storage.Sas;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Gives a link to which a file of any size is written straight into storage, past the host's limit. The
/// import knows its columns as soon as it is asked for after that.</summary>
public sealed class OpenUpload(
    ImportsTable imports, ImportFiles files, ImportKinds kinds, SignedLinks links, AgedImports aged,
    TimeProvider clock)
{
    /// <summary>How long a link can be written to.</summary>
    public static readonly TimeSpan LinkAge = TimeSpan.FromHours(1);

    /// <summary>Where the file goes.</summary>
    /// <param name="ImportId">The import.</param>
    /// <param name="State"><c>uploading</c> until the file is there.</param>
    /// <param name="UploadUrl">Put the file there with the header <c>x-ms-blob-type: BlockBlob</c>, or block by block.
    /// </param>
    /// <param name="ExpiresAt">Until when that can be done.</param>
    public sealed record Response(string ImportId, ImportState State, Uri UploadUrl, DateTimeOffset ExpiresAt);

    [Function(nameof(OpenUpload))]
    [SecretAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "imports/uploads")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await http.ReadJsonOrEmptyAsync(cancel)).Try(out var json, out var error)) return Problem.From(error);
        if (!JsonFields.Of(json).Then(Read).Try(out var kind, out error)) return Problem.From(error);
        if (!http.ReadChange(caller.App.Name, json).Try(out var change, out error)) return Problem.From(error);
        var now = clock.GetUtcNow();
        var importId = Hash.Hex("upload", change.Id)[..32];
        var blob = files.NewUpload(caller.Environment, importId);
        var import = new ImportRecord(
            importId, caller.Environment, kind, caller.App.Name, caller.App.Region, ImportState.Uploading, now)
        {
            Source = new ImportSource(blob.BlobContainerName, blob.Name, "", 0),
        };
        await aged.MarkAsync(caller.Environment, importId, cancel);
        if (!await imports.AddAsync(import, cancel)) return Problem.From(Error.Contention);
        var link = await links.SignAsync(
            blob, BlobSasPermissions.Create | BlobSasPermissions.Write, LinkAge, more: null, cancel);
        return Answer.Created(new Response(importId, import.State, link, now + LinkAge));
    }

    private Result<string> Read(JsonFields body)
    {
        var kind = body.Text("kind", 40, fault: k =>
            kinds.Find(k) is null ? $"It must be one of: {string.Join(", ", kinds.Names)}." : null);
        return body.Finish(() => kind ?? ImportKinds.Customers);
    }
}
