using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using PhoneNumbers;

namespace CustomerFunctions.Access.Domain;

/// <summary>Reads what a caller says of an application.</summary>
public static class ApplicationRequest
{
    /// <summary>An application from a body; the name from the body or, when given, from the route.
    /// Fails with: invalid.</summary>
    public static Result<Application> Read(JsonFields body, string? routeName, DateTimeOffset now)
    {
        var name = routeName ?? body.Text("name", SimpleName.LengthMax, required: true, SimpleName.Fault);
        if (routeName is not null && SimpleName.Fault(routeName) is { } fault) body.Refuse("name", fault);
        var environment = body.Choice<AppEnvironment>("environment", required: true);
        var zone = body.Text("timeZone", 64, fault: TimeZones.Fault);
        var currency = body.Text("currency", 3, fault: CurrencyFault);
        var region = body.Text("region", 2, fault: RegionFault);
        var channels = Captures.Read(body.Object("channels"));
        return body.Finish(() => new Application(
            name!, environment!.Value, zone ?? "UTC", currency ?? "EUR", region ?? "GB", now)
        {
            Channels = channels,
        });
    }

    /// <summary>What is wrong with a currency's code, or null.</summary>
    public static string? CurrencyFault(string code) => code.Length == 3 && code.All(char.IsAsciiLetterUpper)
        ? null
        : "It must be an ISO 4217 code such as EUR.";

    private static string? RegionFault(string code) =>
        PhoneNumberUtil.GetInstance().GetSupportedRegions().Contains(code)
            ? null
            : "It must be an ISO 3166 country code such as GB.";
}
