using System.Text.Json;
using CustomerFunctions.Attributes.Domain;

namespace CustomerFunctions.Tests.Attributes.Domain;

public sealed class AttributeValuesTests
{
    [Theory]
    [InlineData(AttributeType.String, "\"red\"", true)]
    [InlineData(AttributeType.String, "1", false)]
    [InlineData(AttributeType.Number, "-1.5", true)]
    [InlineData(AttributeType.Number, "1e999", false)]
    [InlineData(AttributeType.Number, "\"1\"", false)]
    [InlineData(AttributeType.Boolean, "false", true)]
    [InlineData(AttributeType.Boolean, "0", false)]
    [InlineData(AttributeType.Time, "\"2026-03-01T12:00:00+01:00\"", true)]
    [InlineData(AttributeType.Time, "\"2026-03-01\"", false)]
    [InlineData(AttributeType.Location, """{"lat": -90, "lon": 180}""", true)]
    [InlineData(AttributeType.Location, """{"lat": 0, "lon": 180.1}""", false)]
    [InlineData(AttributeType.Location, """{"lat": 0}""", false)]
    [InlineData(AttributeType.Location, """{"lat": 0, "lon": 0, "alt": 0}""", false)]
    [InlineData(AttributeType.StringList, """["a", "b"]""", true)]
    [InlineData(AttributeType.StringList, "[]", true)]
    [InlineData(AttributeType.StringList, "\"a\"", false)]
    [InlineData(AttributeType.NumberList, """[1, "2"]""", false)]
    [InlineData(AttributeType.BooleanList, "[true]", true)]
    [InlineData(AttributeType.TimeList, """["2026-03-01T12:00:00Z"]""", true)]
    [InlineData(AttributeType.LocationList, """[{"lat": 1, "lon": 2}]""", true)]
    public void A_value_is_of_its_type_or_not(AttributeType type, string json, bool passes) =>
        Assert.Equal(passes, AttributeValues.Fault(type, JsonElement.Parse(json)) is null);

    [Theory]
    [InlineData(AttributeType.String, "red", "\"red\"")]
    [InlineData(AttributeType.Number, "-1.50", "-1.50")]
    [InlineData(AttributeType.Number, "1,5", "\"1,5\"")]
    [InlineData(AttributeType.Boolean, "Yes", "true")]
    [InlineData(AttributeType.Boolean, "maybe", "\"maybe\"")]
    [InlineData(AttributeType.Location, "51.5, -0.1", """{"lat":51.5,"lon":-0.1}""")]
    [InlineData(AttributeType.StringList, "a; b;", """["a","b"]""")]
    [InlineData(AttributeType.NumberList, "1;x", """[1,"x"]""")]
    public void A_cell_is_read_by_the_type(AttributeType type, string cell, string json) =>
        Assert.Equal(json, AttributeValues.FromText(type, cell).GetRawText());

    [Fact]
    public void Only_allowed_values_pass_also_in_lists()
    {
        var one = new AttributeDeclaration(
            AttributeEntity.Profile, "x", AttributeType.Number, [JsonElement.Parse("1"), JsonElement.Parse("2.0")], null);
        Assert.Null(one.Fault(JsonElement.Parse("2")));
        Assert.NotNull(one.Fault(JsonElement.Parse("3")));
        var list = one with { Type = AttributeType.NumberList };
        Assert.Null(list.Fault(JsonElement.Parse("[2, 1]")));
        Assert.NotNull(list.Fault(JsonElement.Parse("[2, 3]")));
    }
}
