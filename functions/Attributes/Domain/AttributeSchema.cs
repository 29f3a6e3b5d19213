using System.Text.Json;
using CustomerFunctions.Shared;

namespace CustomerFunctions.Attributes.Domain;

/// <summary>The declared attributes of one entity.</summary>
public sealed class AttributeSchema(IEnumerable<AttributeDeclaration> declarations)
{
    private readonly Dictionary<string, AttributeDeclaration> _byName =
        declarations.ToDictionary(d => d.Name, StringComparer.Ordinal);

    /// <summary>Nothing is declared.</summary>
    public static AttributeSchema None { get; } = new([]);

    /// <summary>The declarations.</summary>
    public IReadOnlyCollection<AttributeDeclaration> Declarations => _byName.Values;

    /// <summary>One declaration, or null.</summary>
    public AttributeDeclaration? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Everything that is wrong with values that someone writes. A value that is stored already may stay as it
    /// is, whatever became of its declaration.</summary>
    /// <param name="values">What shall be stored.</param>
    /// <param name="stored">What is stored, or null.</param>
    /// <param name="pointer">Where the values stand in the body: <c>/attributes</c>.</param>
    public IReadOnlyList<FieldError> Faults(
        IReadOnlyDictionary<string, JsonElement> values, IReadOnlyDictionary<string, JsonElement>? stored,
        string pointer)
    {
        var faults = new List<FieldError>();
        foreach (var (name, value) in values)
        {
            if (stored?.TryGetValue(name, out var before) is true && JsonElement.DeepEquals(before, value)) continue;
            var fault = Find(name) is { } declared ? declared.Fault(value) : "There is no such attribute: declare it.";
            if (fault is not null)
                faults.Add(new FieldError($"{pointer}/{name.Replace("~", "~0").Replace("/", "~1")}", fault));
        }

        return faults;
    }
}
