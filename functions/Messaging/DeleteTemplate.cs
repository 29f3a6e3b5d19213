using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Messaging;

/// <summary>Takes an application's own template away: the default holds again.</summary>
public sealed class DeleteTemplate(TemplateDesk desk, LetterTemplates templates)
{
    [Function(nameof(DeleteTemplate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "applications/{name}/templates/{kind}")]
        HttpRequest http,
        string name,
        string kind,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await desk.FindAsync(caller, name, kind, cancel)).Try(out var address, out var error))
            return Problem.From(error);
        await templates.DeleteAsync(address.Application, address.Kind, cancel);
        return Answer.NoContent;
    }
}
