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
    public static Result<Grant> ReadGrant(JsonFields body, Asker asker)
    {
        var points = ReadPoints(body);
        var reason = body.Text("reason", ReasonLengthMax, required: true);
        var ledger = body.Text("ledger", SimpleName.LengthMax, fault: LedgerFault) ?? Ledgers.Main;
        var start = body.Text("start", 40, fault: StartRule.Fault);
        var expiry = body.Text("expiry", 40, fault: ExpiryRule.Fault);
        var session = ReadSession(body);
        return body.Finish(() => new Grant(points, asker.OriginOf(session), asker.Name)
        {
            Ledger = ledger,
            Reason = reason,
            Session = session,
            Start = start is null ? null : StartRule.Parse(start),
            Expiry = expiry is null ? null : ExpiryRule.Parse(expiry),
        });
    }

    /// <summary>A deduction from a body. Fails with: invalid.</summary>
    public static Result<Deduction> ReadDeduction(JsonFields body, Asker asker)
    {
        var points = ReadPoints(body);
        var reason = body.Text("reason", ReasonLengthMax, required: true);
        var ledger = body.Text("ledger", SimpleName.LengthMax, fault: LedgerFault) ?? Ledgers.Main;
        var session = ReadSession(body);
        var isCorrection = body.Flag("correction") ?? false;
        return body.Finish(() => new Deduction(points, asker.OriginOf(session), asker.Name)
        {
            Ledger = ledger,
            Reason = reason,
            Session = session,
            IsCorrection = isCorrection,
        });
    }

    /// <summary>Which awaiting points to activate, from a body. Fails with: invalid.</summary>
    public static Result<Activation> ReadActivation(JsonFields body, Asker asker)
    {
        var session = ReadSession(body);
        var entry = body.Integer("entry", 1, long.MaxValue);
        var reason = body.Text("reason", ReasonLengthMax);
        if (session is null == entry is null && !body.HasErrors)
            body.Refuse("entry", "Either entry or sessionId must be given, not both.");
        return body.Finish(() => new Activation(
            entry, session is null ? null : asker.OriginOf(session), asker.Name, reason));
    }

    /// <summary>What to extend and until when, from a body. Fails with: invalid.</summary>
    public static Result<Extension> ReadExtension(JsonFields body, Asker asker)
    {
        var expiry = body.Text("expiry", 40, required: true, fault: ExpiryRule.Fault);
        var entry = body.Integer("entry", 1, long.MaxValue);
        var ledger = body.Text("ledger", SimpleName.LengthMax, fault: LedgerFault);
        var reason = body.Text("reason", ReasonLengthMax, required: true);
        if (entry is not null && ledger is not null)
            body.Refuse("ledger", "Either entry or ledger may be given, not both.");
        return body.Finish(() => new Extension(
            ExpiryRule.Parse(expiry!)!, entry, ledger, asker.Name, reason));
    }

    /// <summary>Why an entry is undone, from a body. Fails with: invalid.</summary>
    public static Result<Undoing> ReadUndoing(JsonFields body, long seq, Asker asker)
    {
        var reason = body.Text("reason", ReasonLengthMax, required: true);
        var owner = body.Text("owner", 32, fault: OwnerFault);
        return body.Finish(() => new Undoing(seq, asker.Name, reason, owner));
    }

    private static string? OwnerFault(string key) =>
        key.Length == 32 && key.All(char.IsAsciiHexDigitLower) ? null : "It must be the owner that an entry names.";

    /// <summary>What is wrong with a ledger's name, or null.</summary>
    public static string? LedgerFault(string name) =>
        name == Ledgers.All ? "It must name one ledger." : SimpleName.Fault(name);

    /// <summary>How many points, more than none.</summary>
    public static Points ReadPoints(JsonFields body) =>
        Points.From(body.Number("points", PointsMin, Points.Max, Points.Places, required: true) ?? 0);

    private static string? ReadSession(JsonFields body) =>
        body.Text("sessionId", IntegrationId.LengthMax, fault: IntegrationId.Fault);
}

/// <summary>Who asks for a change of points.</summary>
/// <param name="Application">Through which application.</param>
/// <param name="KeyId">With which key.</param>
/// <param name="Name">As entries show it: <c>application:shop</c>.</param>
public sealed record Asker(string Application, string KeyId, string Name)
{
    /// <summary>Where points come from that it grants: a session that it names, or itself.</summary>
    public Origin OriginOf(string? session) =>
        session is null ? Origins.Key(KeyId) : Origins.Session(Application, session);
}
