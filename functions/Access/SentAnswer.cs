using CustomerFunctions.Access.Domain;
using CustomerFunctions.Shared.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CustomerFunctions.Access;

/// <summary>An answer that was written down but not sent yet.</summary>
internal sealed class SentAnswer(int status, IHeaderDictionary headers, byte[] body) : IResult
{
    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => status is >= 200 and < 300;

    /// <summary>Lets a result write to a response of its own. The request's response stays as it is, so that whatever
    /// fails before the answer is sent can still be told.</summary>
    public static async Task<SentAnswer> OfAsync(HttpContext http, IResult result)
    {
        using var body = new MemoryStream();
        var features = new FeatureCollection(http.Features);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        var aside = new DefaultHttpContext(features);
        await result.ExecuteAsync(aside);
        await aside.Response.CompleteAsync();
        return new SentAnswer(aside.Response.StatusCode, aside.Response.Headers, body.ToArray());
    }

    /// <summary>A kept answer as it is given again.</summary>
    public static SentAnswer Again(KeptAnswer kept)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        if (kept.ContentType is { } type) headers.ContentType = type;
        if (kept.Version is { } version) headers.ETag = version;
        if (kept.Location is { } location) headers.Location = location;
        return new SentAnswer(kept.Status, headers, kept.Body).AsHit();
    }

    /// <summary>What is kept of it; null when it is too large.</summary>
    public KeptAnswer? ToKeep() => body.Length > KeptAnswer.BodyBytesMax
        ? null
        : new KeptAnswer(
            status, headers.ContentType.FirstOrDefault(), headers.ETag.FirstOrDefault(),
            headers.Location.FirstOrDefault(), body);

    /// <summary>Says that it was given before.</summary>
    public SentAnswer AsHit()
    {
        headers[Answer.HitHeader] = "true";
        return this;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        foreach (var (name, value) in headers) response.Headers[name] = value;
        if (body.Length > 0) await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
