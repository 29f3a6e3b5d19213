using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Local.Host.Tests.Http;

/// <summary>Functions that answer with what they received.</summary>
public sealed class EchoFunctions
{
    [Function("Hello")]
    public IResult Hello([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hello/{name}")] HttpRequest request,
        string name, int? times) => Results.Text($"{request.Path} {name} {times}");
}
