using CustomerFunctions.Access.Domain;

namespace CustomerFunctions.Tests.App;

/// <summary>What is promised of one route.</summary>
/// <param name="Needed">The least scope that it is open to; null for routes without a key.</param>
/// <param name="Body">A JSON body that it takes; null where it takes none.</param>
public sealed record RouteRow(Scope? Needed, string? Body = null)
{
    /// <summary>Why a caller of the other environment is not answered 404: what it means there instead.</summary>
    public string? Elsewhere { get; init; }

    /// <summary>A file that it takes in place of JSON.</summary>
    public string? File { get; init; }

    /// <summary>True when If-Match is honoured.</summary>
    public bool HasVersion { get; init; }
}

/// <summary>Every route of the app, by the name of its function. A route that is not here fails the matrix.</summary>
public static class RouteTable
{
    private const string OwnList = "lists what the caller's own environment has";
    private const string OwnMaking = "makes or changes the caller's own of that name";
    private const string Reason = """{"reason":"Lost"}""";
    private const string Points = """{"points":1,"reason":"x"}""";
    private const string Address = """{"lines":["1 High St"],"city":"London","country":"GB"}""";
    private const string Application = """{"name":"elsewhere","environment":"sandbox"}""";

    public static IReadOnlyDictionary<string, RouteRow> Rows { get; } = new Dictionary<string, RouteRow>(
        StringComparer.Ordinal)
    {
        ["ActivatePoints"] = Integration("""{"entry":1}"""),
        ["AddAddress"] = Integration(Address) with { HasVersion = true },
        ["AddCardMember"] = Management(),
        ["AddNote"] = Staff("""{"text":"Window"}"""),
        ["AddPoints"] = Integration(Points),
        ["AddTag"] = Integration() with { HasVersion = true },
        ["BlockCard"] = Management(Reason),
        ["CancelExport"] = Management(),
        ["CancelImport"] = Management("{}"),
        ["ClaimProfile"] = Integration("""{"guest":"guest"}"""),
        ["ConfirmPhone"] = Integration("""{"code":"123456"}"""),
        ["CreateApplication"] = Admin(Application) with { Elsewhere = OwnMaking },
        ["CreateCards"] = Management("""{"count":1}"""),
        ["CreateKey"] = Admin("""{"scopes":["integration"]}"""),
        ["DeductPoints"] = Integration(Points),
        ["DeleteAttribute"] = Management(),
        ["DeleteSubscription"] = Management(),
        ["DeleteTemplate"] = Management(),
        ["EditNote"] = Staff("""{"text":"Bar"}""") with { HasVersion = true },
        ["EraseProfile"] = Management() with { HasVersion = true },
        ["ExplainBalance"] = Integration(),
        ["ExportEntries"] = Integration(),
        ["ExtendPoints"] = Integration("""{"expiry":"1Y","entry":1,"reason":"x"}"""),
        ["GetAttribute"] = Integration(),
        ["GetAudit"] = Management(),
        ["GetBalance"] = Integration(),
        ["GetCard"] = Integration(),
        ["GetCardBatch"] = Management(),
        ["GetCardBatchCodes"] = Management(),
        ["GetExpirations"] = Integration(),
        ["GetExport"] = Management(),
        ["GetFingerprintLinks"] = Management() with { Elsewhere = OwnList },
        ["GetImport"] = Management(),
        ["GetImportTemplate"] = Management() with { Elsewhere = "is the same for everybody" },
        ["GetLiveness"] = new RouteRow(null),
        ["GetProfile"] = Integration(),
        ["GetProfileData"] = Management(),
        ["GetProfileOverview"] = Integration(),
        ["GetProgram"] = Integration(),
        ["GetReadiness"] = new RouteRow(null),
        ["GetReconciliation"] = Management() with { Elsewhere = OwnList },
        ["GetRejectedRows"] = Management(),
        ["GetSession"] = Integration(),
        ["GetTemplate"] = Management(),
        ["JoinCard"] = Integration("""{"memberNumber":"CARD-1","verificationCode":"123456"}"""),
        ["LinkFingerprint"] = Management("""{"from":"2026-03-01T12:00:00Z"}"""),
        ["LinkPayment"] = Management("""{"profileId":"zoe"}"""),
        ["ListAddresses"] = Integration(),
        ["ListApplications"] = Admin() with { Elsewhere = OwnList },
        ["ListAttributes"] = Integration() with { Elsewhere = OwnList },
        ["ListAudit"] = Staff(),
        ["ListCards"] = Management(),
        ["ListDeadDeliveries"] = Management(),
        ["ListEntries"] = Integration(),
        ["ListEventTypes"] = Integration() with { Elsewhere = "is the same for everybody" },
        ["ListImports"] = Management() with { Elsewhere = OwnList },
        ["ListJobs"] = Management() with { Elsewhere = OwnList },
        ["ListKeys"] = Admin(),
        ["ListNotes"] = Staff(),
        ["ListPayments"] = Management() with { Elsewhere = OwnList },
        ["ListProfileCards"] = Integration(),
        ["ListProfileProducts"] = Integration(),
        ["ListProfileSessions"] = Integration(),
        ["ListProfileTransactions"] = Integration(),
        ["ListProfiles"] = Integration() with { Elsewhere = OwnList },
        ["ListPrograms"] = Integration() with { Elsewhere = OwnList },
        ["ListRejectedPayments"] = Management() with { Elsewhere = OwnList },
        ["ListSubscriptions"] = Management() with { Elsewhere = OwnList },
        ["MergeProfile"] = Management("""{"into":"bob"}""") with { HasVersion = true },
        ["OpenUpload"] = Management("{}") with { Elsewhere = OwnMaking },
        ["PatchProfile"] = Integration("""{"name":"Zoe"}""") with { HasVersion = true },
        ["PauseImport"] = Management("{}"),
        ["PreviewImport"] = Management(),
        ["PutAttribute"] = Management("""{"type":"string"}""") with { Elsewhere = OwnMaking },
        ["PutCard"] = Management("""{"type":"customer"}""") with { HasVersion = true },
        ["PutImportMapping"] = Management("""{"columns":[{"index":0,"field":"email"}]}"""),
        ["PutProfile"] = Integration("""{"kind":"guest"}""") with { Elsewhere = OwnMaking, HasVersion = true },
        ["PutProgram"] = Management("""{"earn":{"pointsPerUnit":1}}""") with { Elsewhere = OwnMaking },
        ["PutSession"] = Integration("""
            {"state":"open","channel":"online","items":[{"sku":"P","quantity":1,"unitPrice":100}]}
            """) with
        { Elsewhere = OwnMaking },
        ["PutSubscription"] = Management("""{"url":"https://example.com","events":["*"]}""") with { Elsewhere = OwnMaking },
        ["PutTemplate"] = Management("""{"text":"{code}"}"""),
        ["RedeemPasswordReset"] = Integration("""{"token":"00"}"""),
        ["RemoveAddress"] = Integration() with { HasVersion = true },
        ["RemoveCardMember"] = Management(),
        ["RemoveNote"] = Staff() with { HasVersion = true },
        ["RemoveTag"] = Integration() with { HasVersion = true },
        ["ReplaceAddress"] = Integration(Address) with { HasVersion = true },
        ["ReplaceApplication"] = Admin("""{"environment":"live"}"""),
        ["ReplaceCard"] = Management(Reason),
        ["ReplayDeliveries"] = Management("{}"),
        ["ReplayRejectedPayment"] = Management("{}"),
        ["RequestPasswordReset"] = Integration("""{"email":"zoe@example.com"}""") with
        {
            Elsewhere = "is answered alike whoever is meant",
        },
        ["ResumeImport"] = Management("{}"),
        ["ReturnItems"] = Integration("""{"items":[{"line":1,"quantity":1}]}"""),
        ["ReverseEntry"] = Integration(Reason),
        ["RevertImport"] = Management("{}"),
        ["RevokeKey"] = Admin(),
        ["RotateKey"] = Admin("{}"),
        ["SendPasswordReset"] = Management("{}"),
        ["SendPhoneCode"] = Integration("{}"),
        ["StartAudit"] = Management("{}"),
        ["StartExport"] = Management("""{"kind":"customers"}""") with { Elsewhere = OwnList },
        ["StartImport"] = Management("{}"),
        ["TagProfiles"] = Integration("""{"add":["zoe"]}""") with
        {
            Elsewhere = "says of each customer that there is none",
        },
        ["TransferPoints"] = Integration("""{"to":{"profileId":"bob"},"points":1,"reason":"x"}"""),
        ["UnblockCard"] = Management(),
        ["UnlinkFingerprint"] = Management(),
        ["UnlinkPayment"] = Management(),
        ["UploadImport"] = Management() with { Elsewhere = OwnMaking, File = "name,email\nAnn,ann@example.com\n" },
        ["VerifyLedger"] = Integration(),
    };

    private static RouteRow Integration(string? body = null) => new(Scope.Integration, body);

    private static RouteRow Staff(string? body = null) => new(Scope.Staff, body);

    private static RouteRow Management(string? body = null) => new(Scope.Management, body);

    private static RouteRow Admin(string? body = null) => new(Scope.Admin, body);
}
