namespace CustomerFunctions.Tests.Tidy;

/// <summary>The rules over the app as a whole, seen refusing a small app that breaks them.</summary>
public sealed class AreaRuleTests
{
    private const string LoyaltyNamespace = "using CustomerFunctions.Loyalty;\n";

    private static readonly SourceFile[] App =
    [
        new("functions/Shared/Storage/TableRows.cs", "public static class TableRows;"),
        new("functions/Loyalty/PointsLedger.cs",
            "public sealed record LedgerAnswer(int A);\npublic sealed class PointsLedger;"),
        new("functions/Loyalty/WalletDoor.cs", "internal static class WalletDoor;"),
        new("functions/Loyalty/LoyaltyErrors.cs", "public static class LoyaltyErrors;"),
        new("functions/Loyalty/Domain/Points.cs", "public readonly record struct Points(long A);"),
        new("functions/Loyalty/Storage/WalletTable.cs",
            "public sealed class WalletTable\n{\n    public enum Row\n    {\n    }\n}"),
        new("functions/Orders/Storage/FingerprintBook.cs", "public sealed class FingerprintBook;\npublic record Link;"),
        new("functions/Orders/Storage/SessionTable.cs", "public sealed class SessionTable;"),
    ];

    [Theory]
    [InlineData("WalletDoor.Open();", "WalletDoor of Loyalty")]
    [InlineData("class A(PointsLedger ledger, WalletTable table);", "WalletTable of Loyalty")]
    [InlineData("var door = typeof(CustomerFunctions.Loyalty.WalletDoor);", "WalletDoor of Loyalty")]
    public void What_lies_behind_a_door_is_refused_to_another_area(string text, string fault)
    {
        Assert.Equal($"functions/Orders/A.cs:2: {fault}: go through its door.", Assert.Single(
            AreaRules.DoorFaults(With("functions/Orders/A.cs", LoyaltyNamespace + text))));
        Assert.Empty(AreaRules.DoorFaults(With("functions/Loyalty/A.cs", LoyaltyNamespace + text)));
        Assert.Empty(AreaRules.DoorFaults(With("functions/Program.cs", LoyaltyNamespace + text)));
    }

    [Theory]
    [InlineData("class A(PointsLedger ledger)\n{\n    LedgerAnswer? last;\n}")]
    [InlineData("return LoyaltyErrors.KeyReused;")]
    [InlineData("Points points = default;")]
    [InlineData("enum Row;")]
    [InlineData("// As WalletDoor does.")]
    public void Doors_refusals_and_the_domain_are_open(string text) =>
        Assert.Empty(AreaRules.DoorFaults(With("functions/Orders/A.cs", LoyaltyNamespace + text)));

    [Fact]
    public void A_name_of_an_area_that_a_file_does_not_use_is_its_own() =>
        Assert.Empty(AreaRules.DoorFaults(With("functions/Orders/A.cs", "class WalletDoor;")));

    [Theory]
    [InlineData("functions/Orders/A.cs", "using CustomerFunctions.Loyalty.Storage; class A(PointsLedger ledger);")]
    [InlineData("functions/Terminals/A.cs", "using CustomerFunctions.Orders.Storage; class A(PointsLedger ledger);")]
    public void The_storage_of_another_area_is_refused(string path, string text) =>
        Assert.Contains("go through its door", Assert.Single(AreaRules.StorageFaults(With(path, text))));

    [Theory]
    [InlineData("functions/Loyalty/A.cs", "using CustomerFunctions.Loyalty.Storage;")]
    [InlineData("functions/Orders/A.cs", "using CustomerFunctions.Shared.Storage;")]
    [InlineData("functions/Terminals/A.cs", "using CustomerFunctions.Orders.Storage; class A(FingerprintBook book);")]
    [InlineData("functions/Terminals/A.cs", "using CustomerFunctions.Orders.Storage; class A(Link link);")]
    public void Ones_own_storage_the_kernels_and_a_door_that_lives_there_are_open(string path, string text) =>
        Assert.Empty(AreaRules.StorageFaults(With(path, text)));

    [Fact]
    public void A_door_without_a_file_is_a_fault()
    {
        var doors = AreaRules.Doors.Select(d => new SourceFile($"functions/Loyalty/{d}.cs", "")).ToList();
        Assert.Empty(AreaRules.MissingDoorFaults(doors));
        doors.RemoveAll(f => f.Path.EndsWith("/PointsLedger.cs", StringComparison.Ordinal));
        Assert.Equal(["There is no file PointsLedger.cs."], AreaRules.MissingDoorFaults(doors));
    }

    [Fact]
    public void An_area_without_a_readme_is_a_fault() => Assert.Equal(
        ["functions/Orders has no README.md."],
        DocRules.ReadmeFaults(
        [
            "functions/Program.cs", "functions/Loyalty/AddPoints.cs", "functions/Loyalty/README.md",
            "functions/Orders/PutSession.cs", "functions/Orders/Domain/README.md", "local/Host/Program.cs",
        ]));

    private static SourceFile[] With(string path, string text) => [.. App, new SourceFile(path, text)];
}
