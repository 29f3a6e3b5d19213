using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Health;

/// <summary>Says that the process answers. No key.</summary>
public sealed class GetLiveness
{
    /// <summary>The finding.</summary>
    public sealed record Response(string Status);

    [Function(nameof(GetLiveness))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest http) =>
        Task.FromResult(Answer.Ok(new Response(http.HttpContext.RequestAborted.IsCancellationRequested ? "ending"
            : "live")));
}
