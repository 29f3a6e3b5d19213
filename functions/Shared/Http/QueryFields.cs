using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace CustomerFunctions.Shared.Http;

/// <summary>Reads query parameters and gathers everything that is wrong with them; unknown ones are wrong
/// too.</summary>
public sealed class QueryFields(IQueryCollection query)
{
    /// <summary>Items on a page when the caller does not say.</summary>
    public const int LimitDefault = 50;

    /// <summary>Most items on a page.</summary>
    public const int LimitMax = 200;

    private readonly List<FieldError> _errors = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A text, or null when it is missing or empty.</summary>
    public string? Text(string name, int max = 255)
    {
        var value = Find(name);
        if (value is null) return null;
        if (value.Length <= max && !value.Any(char.IsControl)) return value;
        return Refuse<string>(name, $"It must have at most {max} characters.");
    }

    /// <summary>An RFC 3339 instant.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (Find(name) is not { } value) return null;
        // A plus sign in a query is a blank once decoded; no instant holds a blank otherwise.
        if (Instants.TryParse(value.Replace(' ', '+'), out var instant)) return instant;
        return Refuse<DateTimeOffset?>(name, Instants.Expected);
    }

    /// <summary>True or false.</summary>
    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => Refuse<bool?>(name, "It must be true or false."),
    };

    /// <summary>One of the given words.</summary>
    public string? Choice(string name, params string[] words)
    {
        if (Find(name) is not { } value) return null;
        return words.Contains(value) ? value : Refuse<string>(name, $"It must be one of: {string.Join(", ", words)}.");
    }

    /// <summary>A whole number within bounds, or null when it is missing.</summary>
    public int? Integer(string name, int min, int max)
    {
        if (Find(name) is not { } value) return null;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max) return number;
        return Refuse<int?>(name, $"It must be a whole number from {min} to {max}.");
    }

    /// <summary>How many items a page should have.</summary>
    public int Limit(int max = LimitMax)
    {
        if (Find("limit") is not { } value) return Math.Min(LimitDefault, max);
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit >= 1 && limit <= max) return limit;
        Refuse<int>("limit", $"It must be a whole number from 1 to {max}.");
        return 1;
    }

    /// <summary>Where the last page ended, as <see cref="Cursor.Write"/> wrote it.</summary>
    public string? Cursor()
    {
        if (Find("cursor") is not { } value) return null;
        return Http.Cursor.TryRead(value, out var position)
            ? position
            : Refuse<string>("cursor", "It must be the 'next' of an earlier page.");
    }

    /// <summary>How many items earlier pages held, for lists that are cut from one reading.</summary>
    public int Skip()
    {
        if (Cursor() is not { } cursor) return 0;
        if (int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var skip)) return skip;
        return Refuse<int>("cursor", "It must be the 'next' of an earlier page.");
    }

    /// <summary>Notes that a parameter is wrong.</summary>
    public void Refuse(string name, string detail) => _errors.Add(new FieldError("?" + name, detail));

    /// <summary>Makes the query when nothing was wrong, else refuses with every wrong parameter.</summary>
    public Result<T> Finish<T>(Func<T> make)
    {
        foreach (var name in query.Keys)
            if (!_known.Contains(name)) _errors.Add(new FieldError("?" + name, "There is no such parameter."));
        return _errors.Count == 0 ? make() : Error.Invalid(_errors);
    }

    private string? Find(string name)
    {
        _known.Add(name);
        return query.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } value ? value : null;
    }

    private T? Refuse<T>(string name, string detail)
    {
        Refuse(name, detail);
        return default;
    }
}

/// <summary>Opaque page positions: the caller cannot build one, only hand back what it was given.</summary>
public static class Cursor
{
    /// <summary>A position as it goes to the caller.</summary>
    public static string Write(string position) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(position));

    /// <summary>The position in what came from the caller.</summary>
    public static bool TryRead(string text, out string position)
    {
        position = "";
        if (text.Length > 2048 || !Base64Url.IsValid(text)) return false;
        try
        {
            position = new UTF8Encoding(false, true).GetString(Base64Url.DecodeFromChars(text));
            return position.Length > 0 && !position.Any(char.IsControl);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>One page of a list, the shape of every list.</summary>
/// <param name="Items">The items.</param>
/// <param name="Next">Where the next page begins, or null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
