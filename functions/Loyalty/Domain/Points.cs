using System.Text.Json;
using System.Text.Json.Serialization;
using CustomerFunctions.Shared.Http;

namespace CustomerFunctions.Loyalty.Domain;

/// <summary>An amount of points in hundredths: points have at most two decimals. Arithmetic is checked.</summary>
/// <param name="Hundredths">100 for one point.</param>
[JsonConverter(typeof(PointsJson))]
[WrittenAs("number")]
public readonly record struct Points(long Hundredths) : IComparable<Points>
{
    /// <summary>Most points in one change, as Talon.One has it.</summary>
    public const decimal Max = 999_999_999_999.99m;

    /// <summary>Decimal places.</summary>
    public const int Places = 2;

    /// <summary>No points.</summary>
    public static Points Zero => default;

    /// <summary>From a number of points with at most two decimals.</summary>
    public static Points From(decimal points) => new((long)(points * 100));

    /// <summary>As a number of points.</summary>
    public decimal ToDecimal() => Hundredths / 100m;

    /// <inheritdoc/>
    public int CompareTo(Points other) => Hundredths.CompareTo(other.Hundredths);

    public static Points Min(Points a, Points b) => a < b ? a : b;

    public static Points operator +(Points a, Points b) => new(a.Hundredths + b.Hundredths);

    public static Points operator -(Points a, Points b) => new(a.Hundredths - b.Hundredths);

    public static bool operator <(Points a, Points b) => a.Hundredths < b.Hundredths;

    public static bool operator >(Points a, Points b) => a.Hundredths > b.Hundredths;

    public static bool operator <=(Points a, Points b) => a.Hundredths <= b.Hundredths;

    public static bool operator >=(Points a, Points b) => a.Hundredths >= b.Hundredths;

    private sealed class PointsJson : JsonConverter<Points>
    {
        public override Points Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            From(reader.GetDecimal());

        public override void Write(Utf8JsonWriter writer, Points value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.ToDecimal());
    }
}

/// <summary>Sums of points.</summary>
public static class PointsSums
{
    /// <summary>The sum of what <paramref name="points"/> gives for each item.</summary>
    public static Points Sum<T>(this IEnumerable<T> items, Func<T, Points> points) =>
        items.Aggregate(Points.Zero, (sum, item) => sum + points(item));
}
