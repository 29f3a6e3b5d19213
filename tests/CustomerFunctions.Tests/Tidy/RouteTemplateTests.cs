namespace CustomerFunctions.Tests.Tidy;

public sealed class RouteTemplateTests
{
    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a/b", "A/B")]
    [InlineData("a/{x}", "a/b")]
    [InlineData("a/{x}", "a/{y}")]
    [InlineData("a/{x}/c", "a/b/{y}")]
    [InlineData("{x}/b", "a/{y}")]
    [InlineData("a/{x?}", "a")]
    [InlineData("a/{x=1}", "a")]
    [InlineData("a/{*rest}", "a/b/c")]
    [InlineData("a/{*rest}", "a")]
    [InlineData("a/{x:int}", "a/17")]
    [InlineData("a/{x:int}", "a/{y}")]
    [InlineData("a/{x}.csv", "a/{y}")]
    [InlineData("a/{x}.csv", "a/entries.csv")]
    [InlineData("a/{x}-{y}", "a/b-c")]
    public void Routes_that_one_path_fits_meet(string one, string other)
    {
        Assert.True(RouteTemplate.CanMeet(one, other));
        Assert.True(RouteTemplate.CanMeet(other, one));
    }

    [Theory]
    [InlineData("a/b", "a/c")]
    [InlineData("a", "a/b")]
    [InlineData("a/{x}", "a")]
    [InlineData("a/{x}", "a/b/c")]
    [InlineData("a/{x}/c", "a/{y}/d")]
    [InlineData("a/{x:int}", "a/b")]
    [InlineData("a/{x:guid}", "a/b")]
    [InlineData("a/{x}.csv", "a/{y}.json")]
    [InlineData("a/{x}.csv", "a/entries")]
    [InlineData("a/v{x}", "a/w{y}")]
    [InlineData("b/{*rest}", "a/b/c")]
    public void Routes_that_no_path_fits_do_not_meet(string one, string other)
    {
        Assert.False(RouteTemplate.CanMeet(one, other));
        Assert.False(RouteTemplate.CanMeet(other, one));
    }

    [Fact]
    public void Routes_of_one_method_that_meet_are_a_fault() => Assert.Equal(
        ["GET a/{x} of A and a/b of B can match one path."],
        RouteTemplate.Faults([("B", "GET", "a/b"), ("A", "GET", "a/{x}"), ("C", "PUT", "a/{x}")]));

    [Fact]
    public void A_function_for_all_methods_meets_each() =>
        Assert.Single(RouteTemplate.Faults([("A", "*", "a"), ("B", "GET", "a")]));
}
