using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Exports.Domain;
using CustomerFunctions.Exports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Exports;

/// <summary>Calls an export off. What was staged goes at once; parts that are still at work stop at their next block,
/// and what they have staged meanwhile goes when the last has stopped.</summary>
public sealed class CancelExport(ExportsTable exports, ExportFiles files, TimeProvider clock)
{
    /// <summary>The answer.</summary>
    public sealed record Response(string ExportId, ExportState State, DateTimeOffset? FinishedAt);

    [Function(nameof(CancelExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "exports/{exportId}/cancel")] HttpRequest http,
        string exportId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var body = (await http.ReadJsonOrEmptyAsync(cancel)).Then(JsonFields.Of).Then(f => f.Finish(() => true));
        if (body.Error is { } wrong) return Problem.From(wrong);
        if (await exports.FindAsync(caller.Environment, exportId, cancel) is null)
            return Problem.From(Error.NotFound("export"));
        var now = clock.GetUtcNow();
        var changed = await exports.ChangeAsync(
            new ExportRef(caller.Environment, exportId), before => ExportMoves.Cancel(before, now), cancel);
        if (!changed.Try(out var export, out var error)) return Problem.From(error);
        await files.RemoveAsync(export, cancel);
        return Answer.Ok(new Response(exportId, export.State, export.FinishedAt));
    }
}
