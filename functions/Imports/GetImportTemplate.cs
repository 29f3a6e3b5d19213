using System.Text;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Gives an empty file with the columns that need no mapping, and one row as an example.</summary>
public sealed class GetImportTemplate(ImportKinds kinds)
{
    [Function(nameof(GetImportTemplate))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "import-templates/{kind}")] HttpRequest http,
        string kind) => Task.FromResult(Give(http, kind));

    /// <summary>The template of a kind, made from the fields that it knows.</summary>
    public static string Of(IImportColumns columns)
    {
        var text = new StringBuilder();
        CsvText.AppendRecord(text, columns.Template);
        CsvText.AppendRecord(text, columns.Template.Select(f => columns.Example.GetValueOrDefault(f)));
        return text.ToString();
    }

    private IResult Give(HttpRequest http, string name)
    {
        if (!http.Admits(Scope.Management, out _, out var refusal)) return refusal;
        return kinds.Find(name) is { } kind
            ? Results.File(Encoding.UTF8.GetBytes(Of(kind.Columns)), CsvText.ContentType, $"{name}-template.csv")
            : Problem.From(Error.NotFound("kind of import"));
    }
}
