using CustomerFunctions.Imports.Domain;

namespace CustomerFunctions.Imports.Points;

/// <summary>Which columns of a file of points hold what.</summary>
public static class PointsColumns
{
    /// <summary>Headers by field, from Talon.One, Smile, LoyaltyLion, Yotpo, Loloyal and Influence.</summary>
    public static readonly IReadOnlyList<ColumnField> Fields =
    [
        new("program", "program", "programname", "loyaltyprogram"),
        new("profile", "profile", "profileid", "integrationid", "customerprofileid", "profileintegrationid",
            "customerid", "memberid"),
        new("email", "email", "emailaddress", "customeremail", "mail"),
        new("card", "card", "cardcode", "identifier", "loyaltycardnumber", "loyaltycard"),
        new("points", "points", "amount", "pointsbalance", "balance", "pointbalance"),
        new("reason", "reason", "note", "comment", "description"),
        new("ledger", "ledger", "subledgerid", "subledger"),
        new("start", "start", "startdate", "activeat"),
        new("expiry", "expiry", "expirydate", "expiresat", "expirationdate"),
    ];

    /// <summary>The columns as imports know them.</summary>
    public static readonly IImportColumns All = new FieldColumns(Fields)
    {
        Template = ["program", "profile", "email", "card", "points", "reason", "ledger", "start", "expiry"],
        Example = new Dictionary<string, string>
        {
            ["program"] = "stars",
            ["profile"] = "customer-1",
            ["points"] = "50",
            ["reason"] = "Welcome",
            ["start"] = "immediate",
            ["expiry"] = "1Y_U",
        },
        Other = _ => $"It must be one of: {string.Join(", ", Fields.Select(f => f.Name))}.",
        Needs = (import, _) => Missing(import),
    };

    private static IReadOnlyList<string> Missing(ImportRecord import)
    {
        var missing = new List<string>();
        if (!import.Mapping.Contains("points")) missing.Add("points");
        if (import.Program is null && !import.Mapping.Contains("program")) missing.Add("program");
        string[] owners = ["profile", "email", "card"];
        if (!owners.Any(o => import.Mapping.Contains(o))) missing.Add("profile");
        return missing;
    }
}
