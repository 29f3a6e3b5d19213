using CustomerFunctions.Shared;

namespace CustomerFunctions.Attributes;

/// <summary>Every refusal of this area.</summary>
public static class AttributesErrors
{
    /// <summary>No such declaration in the caller's environment.</summary>
    public static Error NotFound { get; } = Error.NotFound("attribute");

    /// <summary>What was stored under a type must not be read as another.</summary>
    public static Error TypeFixed { get; } = new(
        "type-fixed", ErrorKind.Conflict,
        "An attribute keeps its type. Delete the declaration, or declare another name.");

    /// <summary>An environment has as many declarations as can be.</summary>
    public static Error TooMany { get; } = new(
        "too-many-attributes", ErrorKind.Conflict,
        $"An environment has at most {AttributeCatalog.DeclarationsMax} attributes.");
}
