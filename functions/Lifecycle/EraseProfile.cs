using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Profiles;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CustomerFunctions.Lifecycle;

/// <summary>Erases a customer: personal data goes from everywhere, amounts, points and dates stay under a pseudonym.
/// 204 when it is done, 202 when so much is left that a timer goes on with it.</summary>
public sealed class EraseProfile(
    ProfileDirectory directory, ProfileMerging merging, Erasure erasure, IOptions<LifecycleOptions> options)
{
    /// <summary>The answer while there is more to do.</summary>
    public sealed record Progress(string State);

    [Function(nameof(EraseProfile))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "profiles/{id}")] HttpRequest http,
        string id,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (IntegrationId.Fault(id) is not null) return Problem.From(ProfileErrors.NotFound);
        if (await directory.FindAsync(caller.Environment, id, cancel) is { Absorbing: { } underway } into
            && await merging.RunAsync(new MergeTicket(caller.Environment, underway, into.Key), caller.Name, cancel)
                is { } unfinished)
            return Problem.From(unfinished);
        if (await directory.FindErasableAsync(caller.Environment, id, cancel) is not { } keys)
            return Problem.From(ProfileErrors.NotFound);
        if (http.IfMatch() is { } expected
            && await directory.FindAsync(caller.Environment, keys[0], cancel) is { } stored && stored.ETag != expected)
            return Problem.From(ProfileErrors.Stale);
        return await EraseAsync(caller.Environment, keys, cancel);
    }

    private async Task<IResult> EraseAsync(
        AppEnvironment environment, IReadOnlyList<ProfileKey> keys, CancellationToken cancel)
    {
        await erasure.BeginAsync(environment, keys, cancel);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        inTime.CancelAfter(TimeSpan.FromSeconds(options.Value.EraseSeconds));
        try
        {
            return await erasure.EraseAsync(environment, keys, inTime.Token) is { } error
                ? Problem.From(error)
                : Answer.NoContent;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Answer.Accepted(new Progress("erasing"));
        }
    }
}
