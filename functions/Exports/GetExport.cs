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
    /// <param name="Rows">Customers in it.</param>
    /// <param name="Bytes">Its length.</param>
    /// <param name="Sha256">Of its bytes, in hex.</param>
    public sealed record File(Uri Url, long Rows, long Bytes, string Sha256);

    /// <summary>Where the export stands.</summary>
    public sealed record Response(
        string ExportId, ExportState State, ExportOrder Request, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt,
        ExportProgress Progress, File? File, DateTimeOffset? WithdrawnAt);

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
        var (state, progress) = export.HasEnded
            ? (export.State, new ExportProgress(ExportPart.Count, ExportPart.Count, export.File?.Rows ?? 0))
            : await ProgressAsync(client, exportId, cancel);
        return Answer.Ok(new Response(
            exportId, state, export.Order, export.CreatedAt, export.FinishedAt, progress,
            await FileAsync(export, cancel), export.WithdrawnAt));
    }

    private static async Task<(ExportState State, ExportProgress Progress)> ProgressAsync(
        DurableTaskClient client, string exportId, CancellationToken cancel)
    {
        var running = await client.GetInstanceAsync(exportId, getInputsAndOutputs: true, cancel);
        // An unset custom status reads "null".
        return running?.SerializedCustomStatus is not null and not "null"
            ? (ExportState.Running, running.ReadCustomStatusAs<ExportProgress>()!)
            : (ExportState.Queued, new ExportProgress(0, ExportPart.Count, 0));
    }

    private async Task<File?> FileAsync(ExportRecord export, CancellationToken cancel)
    {
        if (export.File is not { } file) return null;
        var day = export.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var url = await files.LinkAsync(file, $"{export.Order.Kind}-{day}.csv", cancel);
        return new File(url, file.Rows, file.Bytes, file.Sha256);
    }
}
