using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Orders;

/// <summary>Whether a request only wants to know.</summary>
internal static class DryRun
{
    /// <summary>The parameter <c>dry</c>. Fails with: invalid.</summary>
    public static Result<bool> Read(HttpRequest http)
    {
        var query = new QueryFields(http.Query);
        var isDry = query.Flag("dry") ?? false;
        return query.Finish(() => isDry);
    }
}
