using System.Text.Json;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Loyalty;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Takes a file, block by block as it comes, and proposes what its columns hold.</summary>
public sealed class UploadImport(
    ImportsTable imports, ImportFiles files, ImportKinds kinds, ProgramCatalog programs, AgedImports aged,
    TimeProvider clock)
{
    /// <summary>Largest upload in bytes: just under the 100 MiB that the Functions host lets through. Larger files are
    /// dropped into the container <c>imports</c>.</summary>
    public const long BytesMax = 100_000_000;

    [Function(nameof(UploadImport))]
    [RebuiltAnswer(StreamsBody = true)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "imports")] HttpRequest http,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!Read(http, caller).Try(out var request, out var error)) return Problem.From(error);
        var (kind, program, change) = request;
        if (program is not null && await programs.FindAsync(caller.Environment, program, cancel) is null)
            return Problem.From(Error.Invalid("?program", "There is no such program."));
        var importId = Hash.Hex("import", change.Id)[..32];
        Allow(http.HttpContext, BytesMax + 1);
        var upload = files.NewUpload(caller.Environment, importId);
        var received = await FileReceiver.ReceiveAsync(http.Body, upload, BytesMax, cancel);
        if (!received.Try(out var file, out error)) return Problem.From(error);
        var import = new ImportRecord(
            importId, caller.Environment, kind.Name, caller.App.Name, caller.App.Region,
            ImportState.Uploaded, clock.GetUtcNow())
        {
            Source = file.Source,
            Shape = file.Shape,
            Program = program,
            Proposed = kind.Columns.Propose(file.Shape.Headers),
            Mapping = kind.Columns.Propose(file.Shape.Headers),
            BodyHash = Hash.Hex(change.BodyHash, file.Sha256),
        };
        await aged.MarkAsync(caller.Environment, importId, cancel);
        if (await imports.AddAsync(import, cancel)) return Answer.Created(Body(import));
        var first = (await imports.FindAsync(caller.Environment, importId, cancel))?.Record;
        // A call whose answer was lost is repeated by the SDK: then the row in the way is this very upload's.
        if (first?.Source?.Blob != file.Source.Blob) await ImportFiles.DropAsync(upload, cancel);
        return first?.BodyHash == import.BodyHash
            ? Answer.Created(Body(import with { CreatedAt = first!.CreatedAt })).AsHit(true)
            : Problem.From(ImportsErrors.KeyReused);
    }

    private Result<Request> Read(HttpRequest http, Caller caller)
    {
        var query = new QueryFields(http.Query);
        var name = query.Choice("kind", kinds.Names);
        if (!http.Query.ContainsKey("kind"))
            return Error.Invalid("?kind", $"It is required: {string.Join(", ", kinds.Names)}.");
        var program = query.Text("program");
        if (program is not null && name == ImportKinds.Customers)
            query.Refuse("program", "Files of customers belong to no program.");
        if (http.HasFormContentType)
            return Error.Invalid("Content-Type", "Send the file itself as the body, not a form.");
        if (http.ContentLength > BytesMax) return ImportsErrors.FileTooLarge(BytesMax);
        return query.Finish(() => kinds.Find(name!)!).Then(kind =>
            http.ReadChange(caller.App.Name, JsonSerializer.SerializeToElement(new[] { name, program }))
                .Map(change => new Request(kind, program, change)));
    }

    private sealed record Request(IImportKind Kind, string? Program, Change Change);

    /// <summary>Lifts the web server's own limit of 30 MB for this request.</summary>
    private static void Allow(HttpContext http, long bytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = bytes;
    }

    private ImportAnswer Body(ImportRecord import) => ImportAnswer.Of(import, null, clock.GetUtcNow());
}
