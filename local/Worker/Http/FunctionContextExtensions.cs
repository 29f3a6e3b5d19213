using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Gives middleware the ASP.NET Core context of an HTTP invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The key under which the host keeps the context in <see cref="FunctionContext.Items"/>.</summary>
    internal const string ItemKey = "HttpRequestContext";

    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Items.TryGetValue(ItemKey, out var value) ? value as HttpContext : null;
}
