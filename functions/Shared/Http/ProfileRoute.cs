using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Shared.Http;

/// <summary>Routes that name a customer: <c>…/profiles/{id}…</c> and <c>…/programs/{program}/profiles/{id}…</c>.
/// </summary>
public static class ProfileRoute
{
    private const string Profiles = "profiles";
    private const string Programs = "programs";

    /// <summary>Path and query of a request with another customer's id in its place.</summary>
    public static string WithId(HttpRequest request, string id)
    {
        var segments = request.Path.ToUriComponent().Split('/');
        var at = Array.FindIndex(segments, s => s is Profiles or Programs);
        if (at >= 0 && segments[at] == Programs) at += 2;
        if (at >= 0 && at + 1 < segments.Length && segments[at] == Profiles)
            segments[at + 1] = Uri.EscapeDataString(id);
        return string.Join('/', segments) + request.QueryString.ToUriComponent();
    }
}
