namespace CustomerFunctions.Tests.Tidy;

public sealed class ProgramRuleTests
{
    private const string Begin =
        "builder.ConfigureFunctionsWebApplication();\nbuilder.AddShared();\nbuilder.AddAccess();\n";

    private const string End = "builder.Build().Run();";

    [Fact]
    public void A_program_in_order_is_none() =>
        Assert.Empty(Faults(Begin + "builder.AddEvents();\nbuilder.AddProfiles();\nbuilder.AddLoyalty();\n" + End));

    [Theory]
    [InlineData("builder.AddShared();\nbuilder.ConfigureFunctionsWebApplication();\nbuilder.AddAccess();\n" + End,
        "must begin with")]
    [InlineData(Begin + "builder.AddOrders();\nbuilder.AddProfiles();\n" + End, "AddProfiles belongs before AddOrders")]
    [InlineData(Begin + "builder.AddBilling();\n" + End, "AddBilling adds no area")]
    [InlineData(Begin + End + "\nbuilder.AddEvents();", "nothing may follow")]
    public void A_program_out_of_order_is_a_fault(string text, string fault) =>
        Assert.Contains(Faults(text), f => f.Contains(fault));

    [Fact]
    public void Middleware_of_another_area_is_a_fault()
    {
        const string text = "builder.UseMiddleware<Slow>();";
        Assert.Single(ProgramRules.MiddlewareFaults(new SourceFile("functions/Orders/OrdersArea.cs", text)));
        Assert.Empty(ProgramRules.MiddlewareFaults(new SourceFile("functions/Access/AccessArea.cs", text)));
    }

    [Fact]
    public void An_area_that_the_program_does_not_add_is_a_fault()
    {
        SourceFile[] Program(string text) =>
        [
            new("functions/Program.cs", text), new("functions/Orders/OrdersArea.cs", ""),
            new("functions/Health/GetLiveness.cs", ""),
        ];
        Assert.Equal(["functions/Program.cs does not add Orders."],
            ProgramRules.MissingAreaFaults(Program("// builder.AddOrders();\nbuilder.AddLoyalty();")));
        Assert.Empty(ProgramRules.MissingAreaFaults(Program("builder.AddOrders();")));
    }

    private static List<string> Faults(string text) =>
        [.. ProgramRules.OrderFaults(new SourceFile("functions/Program.cs", text))];
}
