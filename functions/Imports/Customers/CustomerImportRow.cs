using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Imports.Customers;

/// <summary>A row of a customers' file, read by the same rules as a body of <c>PUT /profiles/{id}</c>.</summary>
/// <param name="IntegrationId">The file's own id; null when it has none.</param>
/// <param name="Profile">What the row gives.</param>
public sealed record CustomerImportRow(string? IntegrationId, Profile Profile)
{
    /// <summary>By what the row finds its customer and is told apart from other rows, hashed.</summary>
    public RowKeys Keys(ImportMatch matchBy)
    {
        var match = (KeyField)matchBy;
        var keys = AllKeys().ToList();
        return new RowKeys(keys.Find(k => k.Field == match).Key, keys.FindAll(k => k.Field != match));
    }

    private IEnumerable<FieldKey> AllKeys()
    {
        yield return Key(KeyField.Email, EmailAddress.Normalise(Profile.Email!));
        if (Profile.Phone is { } phone) yield return Key(KeyField.Phone, phone);
        if (IntegrationId is { } id) yield return Key(KeyField.IntegrationId, id);
    }

    private static FieldKey Key(KeyField field, string value) => new(field, KeyHash.Of(field, value));
}

/// <summary>Reads rows of one file.</summary>
public sealed class CustomerRowReader(
    RowColumns columns, string region, ImportMatch matchBy, DateOnly today, AttributeSchema attributes) : IRowReader
{
    /// <summary>The reader of an import's rows, the same in every stage and run: the day and the attributes are those
    /// of its start.</summary>
    public static CustomerRowReader For(ImportRecord import) => new(
        import.Columns, import.Region, import.Options!.MatchBy,
        // The latest day on earth: a file does not say where its customers live.
        DateOnly.FromDateTime(import.StartedAt!.Value.UtcDateTime.AddHours(14)),
        import.Attributes is null
            ? AttributeSchema.None
            : new AttributeSchema(Json.Read<IReadOnlyList<AttributeDeclaration>>(import.Attributes)));

    (RowKeys? Keys, RowFault? Fault) IRowReader.Read(IReadOnlyList<string?> cells)
    {
        var (row, fault) = Read(cells);
        return (row?.Keys(matchBy), fault);
    }

    /// <summary>The row, or why it is not taken. Faults are told in a fixed order: cells without a column, then name,
    /// email, phone, the others.</summary>
    public (CustomerImportRow? Row, RowFault? Fault) Read(IReadOnlyList<string?> cells)
    {
        if (columns.FaultOf(cells) is { } wrong) return (null, wrong);
        var fields = Fields(cells);
        var id = fields.Remove("integrationId", out var own) ? own!.GetValue<string>() : null;
        var read = JsonFields.Of(JsonSerializer.SerializeToElement(fields, Json.Options))
            .Then(f => ProfileRequest.Read(f, region, today, phoneRequired: false));
        if (!read.Try(out var profile, out var error)) return (null, Fault(error.Fields, fields));
        if (attributes.Faults(profile.Attributes, null, "/attributes") is { Count: > 0 } wrongs)
            return (null, Fault(wrongs, fields));
        if (id is not null && IntegrationId.Fault(id) is { } why)
            return (null, new RowFault(columns.Of("integrationId"), "invalid-integration-id", why));
        if (matchBy == ImportMatch.Phone && profile.Phone is null) return (null, columns.Missing("phone"));
        if (matchBy == ImportMatch.IntegrationId && id is null) return (null, columns.Missing("integrationId"));
        return (new CustomerImportRow(id, profile), null);
    }

    private JsonObject Fields(IReadOnlyList<string?> cells)
    {
        var fields = new JsonObject();
        foreach (var (field, cell) in columns.Values(cells)) Set(fields, field, cell);
        if (!fields.ContainsKey("name"))
        {
            var name = string.Join(' ', new[] { fields["firstName"], fields["lastName"] }.OfType<JsonNode>());
            if (name.Length > 0) fields["name"] = name;
        }

        return fields;
    }

    private void Set(JsonObject fields, string field, string cell)
    {
        switch (field)
        {
            case "email": SetText(fields, field, CustomerCell.Email(cell)); break;
            case "phone": SetText(fields, field, CustomerCell.Phone(cell)); break;
            case "dateOfBirth": SetText(fields, field, CustomerCell.Date(cell)); break;
            case "gender" or "status": SetText(fields, field, CustomerCell.Word(cell)); break;
            case "dietaryNotes": SetText(fields, field, CustomerCell.Lines(cell)); break;
            case "tags": SetTags(fields, CustomerCell.Tags(cell)); break;
            case "consent.email" or "consent.sms": SetConsent(fields, field[8..], CustomerCell.Flag(cell)); break;
            case "business.company": SetText(Member(fields, "business"), "company", CustomerCell.Line(cell)); break;
            default:
                if (!field.StartsWith(CustomerColumns.AttributePrefix, StringComparison.Ordinal))
                    SetText(fields, field, CustomerCell.Line(cell));
                else SetAttribute(fields, field[CustomerColumns.AttributePrefix.Length..], cell);
                break;
        }
    }

    private static void SetText(JsonObject fields, string field, string text)
    {
        if (text.Length > 0) fields[field] = text;
    }

    private void SetAttribute(JsonObject fields, string name, string cell)
    {
        if (CustomerCell.Line(cell) is not { Length: > 0 } text) return;
        var type = attributes.Find(name)?.Type ?? AttributeType.String;
        Member(fields, "attributes")[name] = JsonSerializer.SerializeToNode(AttributeValues.FromText(type, text));
    }

    private static void SetTags(JsonObject fields, IEnumerable<string> tags) =>
        fields["tags"] = new JsonArray([.. tags.Select(t => JsonValue.Create(t))]);

    private static void SetConsent(JsonObject fields, string channel, bool? granted)
    {
        if (granted is { } said)
            Member(fields, "consent")[channel] = new JsonObject { ["granted"] = said, ["source"] = "import" };
    }

    private static JsonObject Member(JsonObject fields, string name)
    {
        if (fields[name] is not JsonObject member) fields[name] = member = [];
        return member;
    }

    private RowFault Fault(IReadOnlyList<FieldError> errors, JsonObject fields) =>
        columns.FaultOf(errors, fields.ContainsKey, "name", "email", "phone");
}
