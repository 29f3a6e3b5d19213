using System.ComponentModel.DataAnnotations;
using CustomerFunctions.Access.Storage;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerFunctions.Access;

/// <summary>Settings under <c>Access__</c>.</summary>
public sealed class AccessOptions : IValidatableObject
{
    /// <summary>Shortest bootstrap key that is taken: it must not be guessable.</summary>
    public const int BootstrapKeyLengthMin = 32;

    /// <summary>The first admin key; empty disables it.</summary>
    [RegularExpression("^$|^.{32,}$", ErrorMessage = "Access__BootstrapAdminKey needs at least 32 characters.")]
    public string? BootstrapAdminKey { get; set; }

    /// <summary>Whose tokens people may come with; unset means nobody's.</summary>
    public EntraOptions Entra { get; set; } = new();

    /// <summary>How much one key or person may ask for.</summary>
    public RateLimitOptions RateLimit { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Entra.IsHalfSet)
            yield return new ValidationResult(
                "Access__Entra needs Audience, and TenantId or Authority, or none of them.");
        if (Entra.IsConfigured && Entra.Metadata is not { } metadata)
            yield return new ValidationResult("Access__Entra__Authority must be https, or http on this machine.");
        if (RateLimit.PerMinute < 0 || RateLimit is { PerMinute: > 0, Burst: < 1 })
            yield return new ValidationResult("Access__RateLimit needs PerMinute >= 0 and Burst >= 1.");
    }
}

/// <summary>Settings under <c>Access__Entra__</c>: the tenant whose people are let in.</summary>
public sealed class EntraOptions
{
    private const string Suffix = "/.well-known/openid-configuration";

    /// <summary>The tenant's id; tokens of other tenants are refused.</summary>
    public string? TenantId { get; set; }

    /// <summary>Who issues the tokens; by default the tenant's own v2.0 endpoint in the public cloud.</summary>
    public string? Authority { get; set; }

    /// <summary>For whom tokens must be issued: this API's application id.</summary>
    public string? Audience { get; set; }

    /// <summary>True when people may come with tokens.</summary>
    public bool IsConfigured => HasIssuer && !string.IsNullOrEmpty(Audience);

    /// <summary>True when one setting lacks the other.</summary>
    public bool IsHalfSet => HasIssuer == string.IsNullOrEmpty(Audience);

    /// <summary>Where the authority says which keys it signs with; null when that cannot be asked safely.</summary>
    public Uri? Metadata
    {
        get
        {
            var authority = string.IsNullOrEmpty(Authority)
                ? $"https://login.microsoftonline.com/{TenantId}/v2.0"
                : Authority;
            return Uri.TryCreate(authority.TrimEnd('/') + Suffix, UriKind.Absolute, out var uri)
                && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
                ? uri
                : null;
        }
    }

    private bool HasIssuer => !string.IsNullOrEmpty(TenantId) || !string.IsNullOrEmpty(Authority);
}

/// <summary>Settings under <c>Access__RateLimit__</c>: a bucket of tokens for each key and person, on each instance.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Requests a minute in the long run; 0 turns the limit off.</summary>
    public int PerMinute { get; set; } = 6_000;

    /// <summary>Requests at once after a pause.</summary>
    public int Burst { get; set; } = 600;
}

/// <summary>Applications, keys, and who may call what.</summary>
public static class AccessArea
{
    /// <summary>Registers the area, with the middleware that asks every HTTP request for its key, and the one
    /// that answers repeated requests.</summary>
    public static FunctionsApplicationBuilder AddAccess(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddOptions<AccessOptions>().BindConfiguration("Access")
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AccessTable>().AddSingleton<KeyCache>().AddSingleton<ApplicationDirectory>()
            .AddSingleton<AuthorityKeys>().AddSingleton<PersonTokens>().AddSingleton<Callers>()
            .AddSingleton<RequestLimits>().AddSingleton<KeptAnswersTable>().AddSingleton<IForgets, ForgottenAnswers>()
            .AddTable(AccessTable.TableName).AddTable(KeptAnswersTable.TableName);
        builder.UseMiddleware<AccessMiddleware>();
        builder.UseMiddleware<KeptAnswersMiddleware>();
        return builder;
    }
}
