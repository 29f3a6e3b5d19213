using System.Collections.Concurrent;
using System.Reflection;

namespace CustomerFunctions.Events.Domain;

/// <summary>A type of event, as others are told of it.</summary>
/// <param name="Name">Dotted name: <c>points.added</c>.</param>
/// <param name="Description">One sentence: what happened.</param>
/// <param name="Aggregate">What sort of aggregate tells of it.</param>
/// <param name="Data">The record that is its data.</param>
public sealed record CatalogEntry(string Name, string Description, string Aggregate, Type Data);

/// <summary>Every type of event that this app can publish: the records that carry an <see cref="EventTypeAttribute"/>.
/// </summary>
public static class EventCatalog
{
    private static readonly ConcurrentDictionary<Type, CatalogEntry> Known = new();

    private static readonly Lazy<IReadOnlyDictionary<string, CatalogEntry>> ByName = new(() =>
        typeof(EventCatalog).Assembly.GetTypes().Where(t => t.IsDefined(typeof(EventTypeAttribute), inherit: false))
            .Select(Of).ToDictionary(e => e.Name, StringComparer.Ordinal));

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<CatalogEntry> All { get; } =
        [.. ByName.Value.Values.OrderBy(e => e.Name, StringComparer.Ordinal)];

    /// <summary>The type of that name, or null.</summary>
    public static CatalogEntry? Find(string name) => ByName.Value.GetValueOrDefault(name);

    /// <summary>The type of event that a record is the data of. Throws for one that has no
    /// <see cref="EventTypeAttribute"/>.</summary>
    public static CatalogEntry Of(Type data) => Known.GetOrAdd(data, Read);

    private static CatalogEntry Read(Type data) =>
        data.GetCustomAttribute<EventTypeAttribute>(inherit: false) is { } type
            ? new CatalogEntry(type.Name, type.Description, type.Aggregate, data)
            : throw new InvalidOperationException($"{data.Name} is the data of no event: it has no [EventType].");
}
