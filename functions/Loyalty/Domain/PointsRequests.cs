using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>Reads what callers say about points.</summary>
public static class PointsRequests
{
    /// <summary>Longest reason.</summary>
    public const int ReasonLengthMax = 500;

    private const decimal PointsMin = 0.01m;

    /// <summary>A grant from a body. Fails with: invalid.</summary>
    public static Result<Grant> ReadGrant(JsonFields body, string keyId, string by)
    {
        var points = body.Number("points", PointsMin, Points.Max, Points.Places, required: true);
        var reason = body.Text("reason", ReasonLengthMax, required: true);
        var ledger = body.Text("ledger", SimpleName.LengthMax, fault: LedgerFault) ?? Ledgers.Main;
        var start = body.Text("start", 40, fault: StartRule.Fault);
        var expiry = body.Text("expiry", 40, fault: ExpiryRule.Fault);
        var session = body.Text("sessionId", IntegrationId.LengthMax, fault: IntegrationId.Fault);
        return body.Finish(() => new Grant(
            Points.From(points!.Value),
            session is null ? new Origin("person", keyId) : new Origin("session", session), by)
        {
            Ledger = ledger,
            Reason = reason,
            Start = start is null ? null : StartRule.Parse(start),
            Expiry = expiry is null ? null : ExpiryRule.Parse(expiry),
        });
    }

    /// <summary>A deduction from a body. Fails with: invalid.</summary>
    public static Result<Deduction> ReadDeduction(JsonFields body, string keyId, string by)
    {
        var points = body.Number("points", PointsMin, Points.Max, Points.Places, required: true);
        var reason = body.Text("reason", ReasonLengthMax, required: true);
        var ledger = body.Text("ledger", SimpleName.LengthMax, fault: LedgerFault) ?? Ledgers.Main;
        return body.Finish(() => new Deduction(Points.From(points!.Value), new Origin("person", keyId), by)
        {
            Ledger = ledger,
            Reason = reason,
        });
    }

    /// <summary>What is wrong with a ledger's name, or null.</summary>
    public static string? LedgerFault(string name) =>
        name == Ledgers.All ? "It must name one ledger." : SimpleName.Fault(name);
}
