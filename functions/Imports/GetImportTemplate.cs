using System.Text;
using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Csv;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Gives an empty file with the columns that need no mapping, and one row as an example.</summary>
public sealed class GetImportTemplate
{
    private static readonly Dictionary<string, string> Example = new(StringComparer.Ordinal)
    {
        ["integrationId"] = "customer-1",
        ["name"] = "Ada Example",
        ["firstName"] = "Ada",
        ["lastName"] = "Example",
        ["email"] = "ada@example.com",
        ["phone"] = "+442079460000",
        ["dateOfBirth"] = "1990-02-28",
        ["locale"] = "en-GB",
        ["status"] = "active",
        ["tags"] = "vip;lunch",
        ["consent.email"] = "yes",
        ["consent.sms"] = "no",
    };

    [Function(nameof(GetImportTemplate))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "import-templates/{kind}")] HttpRequest http,
        string kind) => Task.FromResult(Give(http, kind));

    /// <summary>The template of customers, made from the fields that an import knows.</summary>
    public static string Customers()
    {
        var text = new StringBuilder();
        CsvText.AppendRecord(text, CustomerColumns.Template);
        CsvText.AppendRecord(text, CustomerColumns.Template.Select(f => Example.GetValueOrDefault(f)));
        return text.ToString();
    }

    private static IResult Give(HttpRequest http, string kind)
    {
        if (!http.Admits(Scope.Management, out _, out var refusal)) return refusal;
        return kind == ImportKinds.Customers
            ? Results.File(Encoding.UTF8.GetBytes(Customers()), CsvText.ContentType, $"{kind}-template.csv")
            : Problem.From(Error.NotFound("kind of import"));
    }
}
