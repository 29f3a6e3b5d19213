using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Imports.Customers;

/// <summary>The custom attributes that columns are mapped to.</summary>
public static class MappedAttributes
{
    /// <summary>Their names.</summary>
    public static IEnumerable<string> Of(ImportRecord import) =>
        import.Mapping.OfType<string>().Select(NameOf).OfType<string>();

    /// <summary>Null when the field is no attribute or a declared one, else what is wrong.</summary>
    public static string? Fault(AttributeSchema schema, string field) =>
        NameOf(field) is { } name && schema.Find(name) is null ? "There is no such attribute: declare it." : null;

    /// <summary>The import with the declarations that its rows are held against from its first start on: what is
    /// declared otherwise while it runs must not change what a row says. Fails with: attributes-unknown.</summary>
    public static Result<ImportRecord> Fixed(ImportRecord import, AttributeSchema schema)
    {
        var names = Of(import).ToList();
        if (names.Count == 0 || import.Attributes is not null) return import;
        var unknown = names.Where(name => schema.Find(name) is null).ToList();
        return unknown.Count > 0
            ? ImportsErrors.AttributesUnknown(unknown)
            : import with { Attributes = Json.Write(names.Select(name => schema.Find(name)).ToList()) };
    }

    private static string? NameOf(string field) =>
        field.StartsWith(CustomerColumns.AttributePrefix, StringComparison.Ordinal)
            ? field[CustomerColumns.AttributePrefix.Length..]
            : null;
}
