using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Messaging.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Messaging;

/// <summary>Gives an application its own template of a letter.</summary>
public sealed class PutTemplate(TemplateDesk desk, LetterTemplates templates)
{
    [Function(nameof(PutTemplate))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "applications/{name}/templates/{kind}")]
        HttpRequest http,
        string name,
        string kind,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        if (!(await desk.FindAsync(caller, name, kind, cancel)).Try(out var address, out var error))
            return Problem.From(error);
        var body = await http.ReadFieldsAsync(cancel);
        if (!body.Then(b => LetterTemplate.Read(b, address.Kind)).Try(out var template, out error))
            return Problem.From(error);
        await templates.PutAsync(address.Application, address.Kind, template, cancel);
        return Answer.Ok(TemplateAnswer.Of(address.Kind, template));
    }
}
