using CustomerFunctions.Imports.Domain;

namespace CustomerFunctions.Imports.Customers;

/// <summary>Which columns hold what, by the headers of the systems that customers come from.</summary>
public static class CustomerColumns
{
    /// <summary>Begins the name of a field that keeps a column as a custom attribute.</summary>
    public const string AttributePrefix = "attributes.";

    /// <summary>The header of our template, in its order.</summary>
    public static readonly IReadOnlyList<string> Template =
    [
        "integrationId", "name", "firstName", "lastName", "email", "phone", "dateOfBirth", "gender", "title", "locale",
        "status", "tags", "consent.email", "consent.sms", "dietaryNotes", "business.company",
    ];

    /// <summary>Headers by field, from the exports and templates of Shopify, Square, Mailchimp, Talon.One, Voucherify,
    /// HubSpot, Google Contacts, Outlook, Salesforce, Klaviyo, Stripe, WooCommerce, Lightspeed, Toast, LoyLap, Open
    /// Loyalty and K3, and plain words in a few languages. "Birthday" is left out on purpose: the systems that use it
    /// write days without a year, in an order that differs by country.</summary>
    public static readonly IReadOnlyList<ColumnField> Fields =
    [
        new("integrationId", "integrationid", "profileintegrationid", "customerprofileid", "customerid", "sourceid",
            "squarecustomerid", "externaluniqueid", "externalid", "customercode", "memberid", "internalid",
            "referenceid", "id"),
        new("name", "name", "fullname", "customername", "displayname", "namn", "nombrecompleto", "nomcomplet"),
        new("firstName", "firstname", "givenname", "forename", "fornamn", "vorname", "prenom", "nombre", "voornaam"),
        new("lastName", "lastname", "familyname", "surname", "efternamn", "nachname", "nomdefamille", "apellidos",
            "apellido", "achternaam"),
        new("email", "email", "emailaddress", "emails", "email1value", "mail", "epost", "emailadresse", "courriel",
            "correoelectronico", "emailadres"),
        new("phone", "mobilephonenumber", "mobilephone", "mobilenumber", "mobile", "phone", "phonenumber",
            "phone1value", "billingphone", "contactnumber", "telephone", "telephonenumber", "defaultaddressphone",
            "mobil", "telefon", "telefono", "telefoon", "handy"),
        new("dateOfBirth", "dateofbirth", "birthdate", "datebirth", "dob", "geburtsdatum", "fodelsedatum"),
        new("gender", "gender", "sex"),
        new("title", "title", "salutation"),
        new("locale", "locale"),
        new("status", "status"),
        new("tags", "tags", "customertags"),
        new("consent.email", "consentemail", "acceptsemailmarketing", "emailsubscriptionstatus", "emailconsent"),
        new("consent.sms", "consentsms", "acceptssmsmarketing", "smsconsent"),
        new("dietaryNotes", "dietarynotes", "allergies"),
        new("business.company", "businesscompany", "company", "companyname", "defaultaddresscompany", "organization",
            "associatedcompany", "organization1name", "accountname"),
    ];

    /// <summary>An example for fields of the template.</summary>
    public static readonly IReadOnlyDictionary<string, string> Example = new Dictionary<string, string>
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

    /// <summary>The columns as imports know them.</summary>
    public static readonly IImportColumns All = new FieldColumns(Fields)
    {
        Template = Template,
        Example = Example,
        Other = Fault,
        Needs = (import, options) => Missing([.. import.Mapping], ImportOptions.NameOf(options.MatchBy)),
    };

    /// <summary>The field for each column, null for none.</summary>
    public static IReadOnlyList<string?> Propose(IReadOnlyList<string> headers) => HeaderWords.Propose(Fields, headers);

    /// <summary>Null when columns can be mapped to the field, else what is wrong.</summary>
    public static string? Fault(string field)
    {
        if (Fields.Any(f => f.Name == field)) return null;
        if (field.StartsWith(AttributePrefix, StringComparison.Ordinal) && field.Length is > 11 and <= 11 + 64)
            return null;
        return "It must be a field of a customer, or begin with 'attributes.'.";
    }

    /// <summary>Fields that every row needs and no column is mapped to.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyCollection<string?> mapping, string matchBy)
    {
        var missing = new List<string>();
        if (!mapping.Contains("name") && !mapping.Contains("firstName") && !mapping.Contains("lastName"))
            missing.Add("name");
        foreach (var field in (string[])["email", matchBy])
            if (!mapping.Contains(field) && !missing.Contains(field)) missing.Add(field);
        return missing;
    }
}
