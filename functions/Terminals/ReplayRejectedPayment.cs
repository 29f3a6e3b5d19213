using System.Text.Json;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Terminals.Domain;
using CustomerFunctions.Terminals.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Terminals;

/// <summary>Takes a message that was set aside once more, corrected or as it was. Safe to repeat: a message says the
/// same however often it is taken, and one that was replayed stays so.</summary>
public sealed class ReplayRejectedPayment(RejectedTable rejected, PaymentIntake intake, TimeProvider clock)
{
    [Function(nameof(ReplayRejectedPayment))]
    [RebuiltAnswer]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "rejected-payments/{rejectedId}/replay")]
        HttpRequest http,
        string rejectedId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await ReadBodyAsync(http, cancel)).Try(out var corrected, out var error)) return Problem.From(error);
        var (environment, found) = await FindAsync(caller, rejectedId, cancel);
        if (found is null) return Problem.From(TerminalsErrors.NoRejected);
        if (found.ReplayedAt is not null) return Answer.Ok(found);
        if (corrected is null && found.IsMasked) return Problem.From(TerminalsErrors.BodyMasked);

        var reception = await intake.ReceiveAsync(corrected ?? found.Body, caller.Environment, cancel);
        if (reception.Refusal is { } wrong) return Problem.From(TerminalsErrors.ReplayRefused(wrong));
        var replayed = await rejected.ReplayedAsync(
            environment, rejectedId, reception.TransactionId!, clock.GetUtcNow(), cancel);
        return replayed.Or(Answer.Ok);
    }

    // The corrected message: the text of one, or the object itself; null when the kept one is to be taken as it is.
    private static async Task<Result<string?>> ReadBodyAsync(HttpRequest http, CancellationToken cancel)
    {
        var bytes = await http.ReadBodyAsync(Requests.BodyBytesMax, cancel);
        if (!bytes.Try(out var utf8, out var error)) return error;
        if (utf8.IsEmpty) return (string?)null;
        if (!Requests.Parse(utf8).Try(out var json, out error)) return error;
        if (json.ValueKind != JsonValueKind.Object) return Error.Invalid("", "The body must be a JSON object.");
        if (json.EnumerateObject().Select(m => m.Name).FirstOrDefault(n => n != "body") is { } name)
            return Error.Invalid($"/{name}", "There is no such field.");
        if (!json.TryGetProperty("body", out var body) || body.ValueKind == JsonValueKind.Null) return (string?)null;
        return body.ValueKind switch
        {
            JsonValueKind.String => TextOf(body),
            JsonValueKind.Object => body.GetRawText(),
            _ => Error.Invalid("/body", "It must be a message: an object, or its text."),
        };
    }

    private static Result<string?> TextOf(JsonElement body)
    {
        try
        {
            return body.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: valid JSON, but no text.
            return Error.Invalid("/body", "It must be a text without half of a surrogate pair.");
        }
    }

    private async Task<(AppEnvironment? Environment, Rejection? Found)> FindAsync(
        Caller caller, string rejectedId, CancellationToken cancel)
    {
        if (await rejected.FindAsync(caller.Environment, rejectedId, cancel) is { } own)
            return (caller.Environment, own);
        return caller.Scopes.Cover(Scope.Admin)
            ? (null, await rejected.FindAsync(null, rejectedId, cancel))
            : (null, null);
    }
}
