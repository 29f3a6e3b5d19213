using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CustomerFunctions.Orders.Domain;

/// <summary>So many of one line, which is counted from 1.</summary>
public sealed record ReturnedLine(int Line, long Quantity);

/// <summary>A change that gave something back, and what it said.</summary>
public sealed record ReturnKey(string ChangeId, string BodyHash);

/// <summary>What was given back, in minor units and things.</summary>
/// <param name="Gross">At the prices of the lines.</param>
/// <param name="Discount">The part of the order's discounts that goes with it.</param>
/// <param name="Units">How many things.</param>
public sealed record GivenBack(long Gross, long Discount, long Units)
{
    /// <summary>Nothing.</summary>
    public static GivenBack Nothing { get; } = new(0, 0, 0);

    /// <summary>What the customer gets back.</summary>
    [JsonIgnore]
    public long Net => Gross - Discount;

    public static GivenBack operator +(GivenBack a, GivenBack b) =>
        new(a.Gross + b.Gross, a.Discount + b.Discount, a.Units + b.Units);

    public static GivenBack operator -(GivenBack a, GivenBack b) =>
        new(a.Gross - b.Gross, a.Discount - b.Discount, a.Units - b.Units);
}

/// <summary>Something that was given back.</summary>
/// <param name="At">When: server time.</param>
/// <param name="By">Who took it back: <c>application:shop</c>.</param>
/// <param name="Lines">What.</param>
/// <param name="Amounts">What it comes to.</param>
/// <param name="Effects">What that has led to.</param>
public sealed record SessionReturn(
    DateTimeOffset At, string By, ImmutableArray<ReturnedLine> Lines, GivenBack Amounts,
    ImmutableArray<Effect> Effects);

/// <summary>A part of a whole that is given back: by money, or by things where nothing costs anything.</summary>
public readonly record struct Portion(long Of, long Whole)
{
    /// <summary>Everything.</summary>
    public static Portion All { get; } = new(1, 1);

    /// <summary>The part of an order that is given back.</summary>
    public static Portion Part(SessionContent content, GivenBack given) => content.Gross > 0
        ? new Portion(given.Gross, content.Gross)
        : new Portion(given.Units, content.Units);

    /// <summary>True when nothing is left.</summary>
    public bool IsAll => Of >= Whole;

    /// <summary>The same part of an amount, rounded down; all of it for everything. Of a growing part never less.
    /// </summary>
    public long From(long amount) => IsAll ? amount : (long)((Int128)amount * Of / Whole);
}
