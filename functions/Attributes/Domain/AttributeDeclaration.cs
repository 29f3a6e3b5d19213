using System.Text.Json;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Attributes.Domain;

/// <summary>What an attribute is an attribute of.</summary>
public enum AttributeEntity
{
    /// <summary>A customer.</summary>
    Profile,

    /// <summary>An order or reservation.</summary>
    Session,

    /// <summary>A line of an order.</summary>
    Item,

    /// <summary>A store.</summary>
    Store,

    /// <summary>A campaign.</summary>
    Campaign,

    /// <summary>A coupon.</summary>
    Coupon,

    /// <summary>A referral code.</summary>
    Referral,
}

/// <summary>What an attribute's value may be.</summary>
public enum AttributeType
{
    /// <summary>A text.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>An RFC 3339 instant.</summary>
    Time,

    /// <summary><c>{"lat": 51.5, "lon": -0.1}</c>, in degrees.</summary>
    Location,

    /// <summary>A list of texts.</summary>
    StringList,

    /// <summary>A list of numbers.</summary>
    NumberList,

    /// <summary>A list of flags.</summary>
    BooleanList,

    /// <summary>A list of instants.</summary>
    TimeList,

    /// <summary>A list of locations.</summary>
    LocationList,
}

/// <summary>A custom attribute as it was declared.</summary>
/// <param name="Entity">Of what.</param>
/// <param name="Name">Its name within the entity.</param>
/// <param name="Type">What values it takes; fixed for as long as it is declared.</param>
/// <param name="AllowedValues">The only values that it takes, of the type or the list's items; empty for any.</param>
/// <param name="Description">What it is for.</param>
public sealed record AttributeDeclaration(
    AttributeEntity Entity, string Name, AttributeType Type, IReadOnlyList<JsonElement> AllowedValues,
    string? Description)
{
    /// <summary>Most allowed values.</summary>
    public const int AllowedValuesMax = 200;

    /// <summary>Longest description.</summary>
    public const int DescriptionLengthMax = 500;

    private const int AllowedLengthMax = 200;

    /// <summary>An entity by the word in a route, or null.</summary>
    public static AttributeEntity? EntityOf(string word) =>
        Enum.GetValues<AttributeEntity>().Cast<AttributeEntity?>().FirstOrDefault(e => WordOf(e!.Value) == word);

    /// <summary>An entity's word.</summary>
    public static string WordOf(AttributeEntity entity) => entity.ToString().ToLowerInvariant();

    /// <summary>Reads a declaration from a body. Fails with: invalid, naming every wrong field.</summary>
    /// <param name="body">The JSON object.</param>
    /// <param name="entity">The entity's word in the route.</param>
    /// <param name="name">The name in the route.</param>
    public static Result<AttributeDeclaration> Read(JsonFields body, string entity, string name)
    {
        if (EntityOf(entity) is not { } of)
        {
            var words = string.Join(", ", Enum.GetValues<AttributeEntity>().Select(WordOf));
            return Error.Invalid("entity", $"It must be one of: {words}.");
        }

        if (SimpleName.Fault(name) is { } fault) return Error.Invalid("name", fault);
        var type = body.Choice<AttributeType>("type", required: true) ?? AttributeType.String;
        var allowed = body.Values("allowedValues", AllowedValuesMax, AllowedLengthMax);
        for (var i = 0; i < allowed.Count; i++)
            if (AttributeValues.ItemFault(AttributeValues.ItemOf(type), allowed[i]) is { } wrong)
                body.RefuseItem("allowedValues", i, wrong);
        var description = body.Text("description", DescriptionLengthMax);
        return body.Finish(() => new AttributeDeclaration(of, name, type, allowed, description));
    }

    /// <summary>Null when the attribute takes the value, else what is wrong with it.</summary>
    public string? Fault(JsonElement value) => AttributeValues.Fault(Type, value)
        ?? (AllowedValues.Count == 0 || AttributeValues.ItemsOf(Type, value).All(IsAllowed)
            ? null
            : $"It must be one of: {string.Join(", ", AllowedValues.Take(20).Select(v => v.ToString()))}.");

    private bool IsAllowed(JsonElement value) => AllowedValues.Any(allowed => JsonElement.DeepEquals(allowed, value));
}
