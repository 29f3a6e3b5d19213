using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Messaging;

/// <summary>Reads an application's template of a letter, or the default where it has none.</summary>
public sealed class GetTemplate(TemplateDesk desk, LetterTemplates templates)
{
    [Function(nameof(GetTemplate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "applications/{name}/templates/{kind}")]
        HttpRequest http,
        string name,
        string kind,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await desk.FindAsync(caller, name, kind, cancel)).Try(out var address, out var error))
            return Problem.From(error);
        var own = await templates.FindOwnAsync(address.Application, address.Kind, cancel);
        return Answer.Ok(TemplateAnswer.Of(address.Kind, own));
    }
}
