namespace CustomerFunctions.Events.Domain;

/// <summary>Makes a record the data of a type of event. A record without it cannot be published.</summary>
/// <param name="name">Dotted name, without the prefix that all have: <c>points.added</c>.</param>
/// <param name="description">One sentence: what happened.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventTypeAttribute(string name, string description) : Attribute
{
    /// <summary>Dotted name: <c>points.added</c>.</summary>
    public string Name => name;

    /// <summary>One sentence: what happened.</summary>
    public string Description => description;

    /// <summary>What sort of aggregate tells of it; when it is not said, the name's first part.</summary>
    public string Aggregate { get; init; } = name.Split('.')[0];
}
