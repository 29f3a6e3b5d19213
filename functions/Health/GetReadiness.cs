using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Health;

/// <summary>Says whether requests can be served: storage answers. No key.</summary>
public sealed class GetReadiness(StorageProber storage)
{
    private static readonly Error NotReady =
        new("not-ready", ErrorKind.Busy, "Storage does not answer yet.") { RetryAfter = TimeSpan.FromSeconds(5) };

    [Function(nameof(GetReadiness))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest http,
        CancellationToken cancel) =>
        await storage.AnswersAsync(cancel)
            ? Answer.Ok(new GetLiveness.Response("ready"))
            : Problem.From(NotReady);
}
