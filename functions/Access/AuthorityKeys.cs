using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CustomerFunctions.Access;

/// <summary>
/// What the authority says of itself: its name as an issuer and the keys that it signs with. Asked for again once a
/// day, and when a token names a key that is not known yet, but not more often than every half minute: tokens with
/// invented keys must not make this app flood the authority.
/// </summary>
public sealed partial class AuthorityKeys(
    IOptions<AccessOptions> options, TimeProvider clock, ILogger<AuthorityKeys> logger) : IDisposable
{
    /// <summary>How long keys are used without asking.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromDays(1);

    /// <summary>How long keys are kept although a token names another one.</summary>
    public static readonly TimeSpan AgeMin = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Known? _known;
    private DateTimeOffset _askedAt;

    /// <summary>The authority's configuration, with the named key in it when the authority has such a key. Null when
    /// the authority has never answered yet.</summary>
    public async Task<OpenIdConnectConfiguration?> FindAsync(string keyId, CancellationToken cancel)
    {
        if (Fits(_known, keyId)) return _known!.Configuration;
        await _turn.WaitAsync(cancel);
        try
        {
            if (!Fits(_known, keyId) && (_known is null || clock.GetUtcNow() - _askedAt >= AgeMin))
                _known = await AskAsync(cancel) ?? _known;
            return _known?.Configuration;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    private bool Fits(Known? known, string keyId) => known is not null && clock.GetUtcNow() - known.At < AgeMax
        && known.Configuration.SigningKeys.Any(k => k.KeyId == keyId);

    private async Task<Known?> AskAsync(CancellationToken cancel)
    {
        _askedAt = clock.GetUtcNow();
        var metadata = options.Value.Entra.Metadata!;
        var documents = new HttpDocumentRetriever(_http) { RequireHttps = !metadata.IsLoopback };
        try
        {
            var found = await OpenIdConnectConfigurationRetriever.GetAsync(metadata.ToString(), documents, cancel);
            return new Known(found, _askedAt);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Tokens signed with keys that are known go on being read; the others are told to come again.
            Log.Away(logger, e);
            return null;
        }
    }

    private sealed record Known(OpenIdConnectConfiguration Configuration, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The authority of people's tokens gives no keys.")]
        public static partial void Away(ILogger logger, Exception e);
    }
}
