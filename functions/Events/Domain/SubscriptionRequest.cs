using System.Net;
using System.Text.Json;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Events.Domain;

/// <summary>What an installation lets webhooks go to.</summary>
/// <param name="AllowInsecure">Whether <c>http</c> will do.</param>
/// <param name="AllowPrivate">Whether addresses of its own network will do.</param>
public sealed record WebhookRules(bool AllowInsecure, bool AllowPrivate)
{
    /// <summary>What is wrong with an address to post to, or null. What its host resolves to is looked at when
    /// something is sent.</summary>
    public string? Fault(string url)
    {
        if (url.Any(char.IsWhiteSpace) || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || !IsWeb(uri))
            return $"It must be an absolute {(AllowInsecure ? "https or http" : "https")} address.";
        if (uri.UserInfo.Length > 0 || url.Contains('#'))
            return "It must be without credentials and without a fragment.";
        return AllowPrivate || !IPAddress.TryParse(uri.DnsSafeHost, out var address) || PublicAddresses.Contain(address)
            ? null
            : "It must be a public address.";
    }

    private bool IsWeb(Uri uri) => uri.Host.Length > 0
        && (uri.Scheme == Uri.UriSchemeHttps || (AllowInsecure && uri.Scheme == Uri.UriSchemeHttp));
}

/// <summary>What somebody wants to be told, and where.</summary>
/// <param name="Url">Where events are posted.</param>
/// <param name="Events">Which.</param>
/// <param name="Secret">What signs them; null to keep the one that there is, or to have one made.</param>
public sealed record SubscriptionRequest(string Url, IReadOnlyList<string> Events, string? Secret)
{
    private const int UrlLengthMax = 2_048;
    private const int EventsMax = 100;
    private const int EventLengthMax = 100;
    private const int SecretLengthMax = 256;

    /// <summary>Reads a request. Fails with: invalid, naming every wrong field.</summary>
    public static Result<SubscriptionRequest> Read(JsonElement json, string name, WebhookRules rules)
    {
        if (SimpleName.Fault(name) is { } fault) return Error.Invalid("name", fault);
        return JsonFields.Of(json).Then(body =>
        {
            var url = body.Text("url", UrlLengthMax, required: true, rules.Fault);
            var events = body.Texts("events", EventsMax, EventLengthMax, EventFault);
            if (events.Count == 0 && !body.HasErrors) body.Refuse("events", "It must name at least one type of event.");
            var secret = body.Text("secret", SecretLengthMax, fault: SecretFault);
            // Outer blanks of a text are cut; what signs must be what the caller has.
            if (secret is not null && json.GetProperty("secret").GetString() != secret)
                body.Refuse("secret", SecretExpected);
            return body.Finish(() => new SubscriptionRequest(url!, [.. events.Distinct()], secret));
        });
    }

    private static readonly string SecretExpected =
        $"It must have {Signature.SecretLengthMin} to {SecretLengthMax} characters, none of them blank.";

    private static string? EventFault(string named) => EventCatalog.All.Any(e => Subscription.Covers(named, e.Name))
        ? null
        : "There is no such type of event.";

    private static string? SecretFault(string secret) =>
        secret.Length < Signature.SecretLengthMin || secret.Any(char.IsWhiteSpace) ? SecretExpected : null;
}
