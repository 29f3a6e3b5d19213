using CustomerFunctions.Access;
using CustomerFunctions.Access.Domain;
using CustomerFunctions.Attributes;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Imports.Customers;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Imports;

/// <summary>Says what the columns hold, in place of what was proposed. Columns that are not named hold nothing.
/// </summary>
public sealed class PutImportMapping(
    ImportsTable imports, ArrivedFiles arrived, ImportKinds kinds, AttributeCatalog attributes, TimeProvider clock)
{
    [Function(nameof(PutImportMapping))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "imports/{importId}/mapping")] HttpRequest http,
        string importId,
        CancellationToken cancel)
    {
        if (!http.Admits(Scope.Management, out var caller, out var refusal)) return refusal;
        var body = await http.ReadJsonAsync(cancel);
        if (!body.Then(JsonFields.Of).Try(out var fields, out var error)) return Problem.From(error);
        if (!(await arrived.FindAsync(caller.Environment, importId, cancel)).Try(out var import, out error))
            return Problem.From(error);
        if (import.Shape is not { } shape) return Problem.From(ImportsErrors.NoFile);
        var schema = body.Value.GetRawText().Contains(CustomerColumns.AttributePrefix, StringComparison.Ordinal)
            ? await attributes.SchemaAsync(caller.Environment, AttributeEntity.Profile, cancel)
            : AttributeSchema.None;
        var columns = kinds.Of(import).Columns;
        if (!Read(fields, shape.Headers.Count, columns, schema).Try(out var mapping, out error))
            return Problem.From(error);
        var changed = await imports.ChangeAsync(caller.Environment, importId, i => Map(i, mapping), cancel);
        return changed.Or(i => Answer.Ok(ImportAnswer.Of(i, null, clock.GetUtcNow())));
    }

    private static Result<ImportRecord> Map(ImportRecord import, IReadOnlyList<string?> mapping) =>
        import.State == ImportState.Uploaded ? import with { Mapping = mapping } : ImportsErrors.AlreadyStarted;

    private static Result<IReadOnlyList<string?>> Read(
        JsonFields body, int count, IImportColumns columns, AttributeSchema schema)
    {
        var mapping = new string?[count];
        if (!body.Has("columns")) body.Refuse("columns", "It is required.");
        foreach (var column in body.Objects("columns", FileHead.ColumnsMax))
        {
            var index = column.Integer("index", 0, count - 1, required: true);
            var field = column.Text(
                "field", 80, fault: f => columns.Fault(f) ?? MappedAttributes.Fault(schema, f));
            if (field is not null && mapping.Contains(field)) column.Refuse("field", "Another column holds it.");
            else if (index is { } at) mapping[at] = field;
        }

        return body.Finish<IReadOnlyList<string?>>(() => mapping);
    }
}
