using System.Globalization;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Exports;

/// <summary>Tells where an export stands, and at its end gives a link to the file, new with each answer.</summary>
public sealed class GetExport(ExportsTable exports, ExportFiles files)
{
    /// <summary>The file.</summary>
    /// <param name="Url">Holds for 15 minutes.</param>
    /// <param name="ManifestUrl">The manifest beside it, as long.</param>
    /// <param name="Rows">Rows in it.</param>
    /// <param name="Bytes">Its length.</param>
    /// <param name="Sha256">Of its bytes, in hex.</param>
    public sealed record File(Uri Url, Uri ManifestUrl, long Rows, long Bytes, string Sha256);

    /// <summary>Where the export stands.</summary>
    public sealed record Response(
        string ExportId, ExportState State, ExportOrder Request, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt,
        DateTimeOffset? FinishedAt, ExportProgress Progress, File? File, ExportManifest? Manifest,
        DateTimeOffset? ExpiresAt, DateTimeOffset? ExpiredAt, DateTimeOffset? WithdrawnAt);

    [Function(nameof(GetExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "exports/{exportId}")] HttpRequest http,
        string exportId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (await exports.FindAsync(caller.Environment, exportId, cancel) is not { } export)
            return Problem.From(Error.NotFound("export"));
        var progress = export.HasEnded
            ? new ExportProgress(export.Parts, export.Parts, export.File?.Rows ?? 0)
            : await ProgressAsync(client, export, cancel);
        return Answer.Ok(new Response(
            exportId, export.State, export.Order, export.CreatedAt, export.StartedAt, export.FinishedAt, progress,
            await FileAsync(export, cancel),
            export.File is { } file ? ExportManifest.Of(export, file) : null,
            export.ExpiresAt, export.ExpiredAt, export.WithdrawnAt));
    }

    private static async Task<ExportProgress> ProgressAsync(
        DurableTaskClient client, ExportRecord export, CancellationToken cancel)
    {
        var running = await client.GetInstanceAsync(export.ExportId, getInputsAndOutputs: true, cancel);
        // An unset custom status reads "null".
        return running?.SerializedCustomStatus is not null and not "null"
            ? running.ReadCustomStatusAs<ExportProgress>()!
            : new ExportProgress(0, export.Parts, 0);
    }

    private async Task<File?> FileAsync(ExportRecord export, CancellationToken cancel)
    {
        if (export.File is not { } file) return null;
        var format = FileFormat.Of(export.Order);
        var day = export.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var name = $"{export.Order.Kind}-{day}";
        return new File(
            await files.LinkAsync(file.Blob, name + format.Extension, format.ContentType, cancel),
            await files.LinkAsync(
                ExportFiles.ManifestName(export), name + ".manifest.json", "application/json", cancel),
            file.Rows, file.Bytes, file.Sha256);
    }
}
