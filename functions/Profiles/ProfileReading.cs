using System.Text.Json;
using CustomerFunctions.Access;
using CustomerFunctions.Attributes;
using CustomerFunctions.Attributes.Domain;
using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared;
using NodaTime;

namespace CustomerFunctions.Profiles;

/// <summary>What the functions of this area ask beside the body itself.</summary>
internal static class ProfileReading
{
    /// <summary>The body of a request that has none.</summary>
    public static JsonElement Nothing { get; } = JsonSerializer.SerializeToElement(new { });

    /// <summary>The calendar day in the application's time zone.</summary>
    public static DateOnly TodayOf(Caller caller, TimeProvider clock) => Instant.FromDateTimeOffset(clock.GetUtcNow())
        .InZone(DateTimeZoneProviders.Tzdb[caller.App.TimeZone]).Date.ToDateOnly();

    /// <summary>The declared attributes of customers; none, without a call, when no attribute is written.</summary>
    public static async Task<AttributeSchema> SchemaAsync(
        AttributeCatalog catalog, Caller caller, bool hasAttributes, CancellationToken cancel) => hasAttributes
            ? await catalog.SchemaAsync(caller.Environment, AttributeEntity.Profile, cancel)
            : AttributeSchema.None;

    /// <summary>The customer when its attributes are as declared, or stored so already. Fails with: invalid, naming
    /// every one that is not.</summary>
    public static Result<Profile> Admitted(this AttributeSchema schema, Profile wanted, Profile? stored)
    {
        var faults = schema.Faults(wanted.Attributes, stored?.Attributes, "/attributes");
        return faults.Count == 0 ? wanted : Error.Invalid(faults);
    }
}
