using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Shared.Http;

/// <summary>The name of one request, in the header <c>x-request-id</c> both ways.</summary>
public static class RequestId
{
    /// <summary>The header.</summary>
    public const string Header = "x-request-id";

    /// <summary>Longest id that is taken from a caller.</summary>
    public const int LengthMax = 128;

    private static readonly object Key = new();

    /// <summary>The request's id, as <see cref="Assign"/> set it.</summary>
    public static string Of(HttpContext http) => http.Items[Key] as string ?? Assign(http);

    /// <summary>Takes the caller's id when it is sane, else makes one, and puts it on the answer.</summary>
    public static string Assign(HttpContext http)
    {
        var given = http.Request.Headers[Header].ToString();
        var id = IsSane(given) ? given : Guid.NewGuid().ToString("n");
        http.Items[Key] = id;
        http.Response.Headers[Header] = id;
        return id;
    }

    private static bool IsSane(string id) =>
        id.Length is > 0 and <= LengthMax && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}
