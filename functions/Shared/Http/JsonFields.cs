using System.Globalization;
using System.Text.Json;

namespace CustomerFunctions.Shared.Http;

/// <summary>
/// Reads the fields of a JSON object and gathers everything that is wrong with them, so that one answer names all.
/// A field that nobody asked for is wrong as well: a typing slip must not be silently lost.
/// </summary>
public sealed class JsonFields
{
    private readonly JsonElement _object;
    private readonly string _pointer;
    private readonly List<FieldError> _errors;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<JsonFields> _children = [];

    private JsonFields(JsonElement json, string pointer, List<FieldError> errors)
    {
        _object = json;
        _pointer = pointer;
        _errors = errors;
    }

    /// <summary>Reads from an object; anything else is refused.</summary>
    public static Result<JsonFields> Of(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? new JsonFields(json, "", [])
        : Error.Invalid("", "The body must be a JSON object.");

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text without control characters, of 1 to <paramref name="max"/> characters, outer blanks cut.
    /// <paramref name="fault"/> answers what else is wrong with it, or null.</summary>
    public string? Text(string name, int max, bool required = false, Func<string, string?>? fault = null)
    {
        if (Find(name) is not { } value) return required ? Miss<string>(name) : null;
        return AsText(value, Pointer(name), max, fault);
    }

    /// <summary>A whole number between the bounds, both included.</summary>
    public long? Integer(string name, long min, long max, bool required = false)
    {
        if (Find(name) is not { } value) return required ? Miss<long?>(name) : null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            && number >= min && number <= max) return number;
        return Refuse<long?>(name, $"It must be a whole number from {min} to {max}.");
    }

    /// <summary>A decimal number between the bounds with at most <paramref name="places"/> decimal places.</summary>
    public decimal? Number(string name, decimal min, decimal max, int places, bool required = false)
    {
        if (Find(name) is not { } value) return required ? Miss<decimal?>(name) : null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)
            && number >= min && number <= max && decimal.Round(number, places) == number) return number;
        return Refuse<decimal?>(name, string.Create(
            CultureInfo.InvariantCulture, $"It must be a number from {min} to {max} with at most {places} decimals."));
    }

    /// <summary>True or false.</summary>
    public bool? Flag(string name)
    {
        if (Find(name) is not { } value) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : Refuse<bool?>(name, "It must be true or false.");
    }

    /// <summary>An RFC 3339 instant with its offset, in UTC.</summary>
    public DateTimeOffset? Instant(string name, bool required = false)
    {
        if (Find(name) is not { } value) return required ? Miss<DateTimeOffset?>(name) : null;
        return value.ValueKind == JsonValueKind.String && Instants.TryParse(AsRaw(value), out var instant)
            ? instant
            : Refuse<DateTimeOffset?>(name, Instants.Expected);
    }

    /// <summary>A calendar date, <c>1990-02-28</c>.</summary>
    public DateOnly? Date(string name)
    {
        if (Find(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(AsRaw(value), "yyyy-MM-dd",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : Refuse<DateOnly?>(name, "It must be a date such as 1990-02-28.");
    }

    /// <summary>One of an enum's words, as answers write them.</summary>
    public T? Choice<T>(string name, bool required = false)
        where T : struct, Enum
    {
        if (Find(name) is not { } value) return required ? Miss<T?>(name) : null;
        if (value.ValueKind == JsonValueKind.String && Words<T>.All.TryGetValue(AsRaw(value) ?? "", out var choice))
            return choice;
        return Refuse<T?>(name, $"It must be one of: {string.Join(", ", Words<T>.All.Keys)}.");
    }

    /// <summary>An object inside this one.</summary>
    public JsonFields? Object(string name, bool required = false)
    {
        if (Find(name) is not { } value) return required ? Miss<JsonFields>(name) : null;
        return value.ValueKind == JsonValueKind.Object
            ? Child(value, Pointer(name))
            : Refuse<JsonFields>(name, "It must be an object.");
    }

    /// <summary>A list of objects; empty when it is not there.</summary>
    public IReadOnlyList<JsonFields> Objects(string name, int max)
    {
        var list = List(name, max);
        for (var i = 0; i < list.Count; i++)
            if (list[i].ValueKind != JsonValueKind.Object) Add($"{Pointer(name)}/{i}", "It must be an object.");
        return [.. list.Select((item, i) => (item, i)).Where(x => x.item.ValueKind == JsonValueKind.Object)
            .Select(x => Child(x.item, $"{Pointer(name)}/{x.i}"))];
    }

    /// <summary>A list of texts; empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(
        string name, int max, int lengthMax, Func<string, string?>? fault = null) =>
        [.. List(name, max).Select((item, i) => AsText(item, $"{Pointer(name)}/{i}", lengthMax, fault))
            .OfType<string>()];

    /// <summary>An object whose values are texts, numbers or flags, kept as JSON; with <paramref name="structured"/>
    /// also objects of numbers, and lists of all these. Empty when it is not there.</summary>
    public IReadOnlyDictionary<string, JsonElement> Map(string name, int max, int lengthMax, bool structured = false)
    {
        var map = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (Find(name) is not { } value) return map;
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() > max)
        {
            Refuse(name, $"It must be an object with at most {max} members.");
            return map;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (member.Name.Length is 0 or > 64 || member.Value.GetRawText().Length > lengthMax
                || !IsClean(member.Value, structured))
                Add($"{Pointer(name)}/{Escape(member.Name)}", $"It must be plain and at most {lengthMax} characters.");
            else map[member.Name] = member.Value.Clone();
        }

        return map;
    }

    /// <summary>A list of plain values, kept as JSON; with objects of numbers among them. Empty when it is not there.
    /// </summary>
    public IReadOnlyList<JsonElement> Values(string name, int max, int lengthMax)
    {
        var list = List(name, max);
        var wrong = Enumerable.Range(0, list.Count).Where(i => list[i].ValueKind == JsonValueKind.Array
            || !IsClean(list[i], true) || list[i].GetRawText().Length > lengthMax).ToList();
        foreach (var i in wrong) RefuseItem(name, i, $"It must be plain and at most {lengthMax} characters.");
        return wrong.Count > 0 ? [] : [.. list.Select(item => item.Clone())];
    }

    /// <summary>True when something was found wrong already.</summary>
    public bool HasErrors => _errors.Count > 0;

    /// <summary>Notes that a field is wrong.</summary>
    public void Refuse(string name, string detail) => Add(Pointer(name), detail);

    /// <summary>Notes that an item of a list is wrong.</summary>
    public void RefuseItem(string name, int index, string detail) => Add($"{Pointer(name)}/{index}", detail);

    /// <summary>Makes the request when nothing was wrong, else refuses with every wrong field.</summary>
    public Result<T> Finish<T>(Func<T> make)
    {
        FlagUnknown();
        return _errors.Count == 0 ? make() : Error.Invalid(_errors.DistinctBy(e => e.Pointer));
    }

    private static bool IsClean(JsonElement value, bool structured) => value.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => true,
        JsonValueKind.String => AsRaw(value) is { } text && !text.Any(char.IsControl),
        JsonValueKind.Array => structured && value.EnumerateArray().All(
            item => item.ValueKind != JsonValueKind.Array && IsClean(item, structured)),
        JsonValueKind.Object => structured && value.EnumerateObject().All(
            member => member.Value.ValueKind == JsonValueKind.Number),
        _ => false,
    };

    private static string? AsRaw(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: valid JSON, but no text.
            return null;
        }
    }

    private static string Escape(string name) => name.Replace("~", "~0").Replace("/", "~1");

    private void FlagUnknown()
    {
        foreach (var property in _object.EnumerateObject())
            if (!_known.Contains(property.Name)) Add(Pointer(property.Name), "There is no such field.");
        foreach (var child in _children) child.FlagUnknown();
    }

    private JsonFields Child(JsonElement value, string pointer)
    {
        var child = new JsonFields(value, pointer, _errors);
        _children.Add(child);
        return child;
    }

    private List<JsonElement> List(string name, int max)
    {
        if (Find(name) is not { } value) return [];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= max) return [.. value.EnumerateArray()];
        Refuse(name, $"It must be a list of at most {max}.");
        return [];
    }

    private string? AsText(JsonElement value, string pointer, int max, Func<string, string?>? fault)
    {
        var text = value.ValueKind == JsonValueKind.String ? AsRaw(value)?.Trim() : null;
        var wrong = text is null || text.Length == 0 || text.Length > max
            || text.Any(c => char.IsControl(c) && c != '\n')
            ? $"It must be a text of 1 to {max} characters without control characters."
            : fault?.Invoke(text);
        if (wrong is null) return text;
        Add(pointer, wrong);
        return null;
    }

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private T? Miss<T>(string name) => Refuse<T>(name, "It is required.");

    private T? Refuse<T>(string name, string detail)
    {
        Refuse(name, detail);
        return default;
    }

    private void Add(string pointer, string detail) => _errors.Add(new FieldError(pointer, detail));

    private string Pointer(string name) => $"{_pointer}/{Escape(name)}";

    private static class Words<T>
        where T : struct, Enum
    {
        public static readonly IReadOnlyDictionary<string, T> All = Enum.GetValues<T>()
            .ToDictionary(v => JsonSerializer.SerializeToElement(v, Json.Options).GetString()!, StringComparer.Ordinal);
    }
}
