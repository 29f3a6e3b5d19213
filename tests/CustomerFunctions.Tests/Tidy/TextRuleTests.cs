namespace CustomerFunctions.Tests.Tidy;

/// <summary>Each rule over source text, seen refusing what it is for and letting pass what it is not.</summary>
public sealed class TextRuleTests
{
    private static readonly Func<string, string, SourceFile> File = (path, text) => new SourceFile(path, text);

    [Theory]
    [InlineData("functions/Profiles/A.cs", "using CustomerFunctions.Orders;", "Profiles may not know Orders")]
    [InlineData("functions/Profiles/A.cs", "using CustomerFunctions.Loyalty;", "Profiles may not know Loyalty")]
    [InlineData("functions/Shared/A.cs", "new CustomerFunctions.Access.Caller();", "Shared may not know Access")]
    [InlineData("functions/Events/A.cs", "Loyalty.Domain.Points p;", "Events may not know Loyalty")]
    [InlineData("functions/Billing/A.cs", "", "no place in the order")]
    public void A_reference_upward_or_sideways_is_a_fault(string path, string text, string fault) =>
        Assert.Contains(fault, Assert.Single(AreaRules.OrderFaults(File(path, text))));

    [Theory]
    [InlineData("functions/Orders/A.cs", "using CustomerFunctions.Loyalty; using CustomerFunctions.Orders.Storage;")]
    [InlineData("functions/Shared/A.cs", "/// <see cref=\"CustomerFunctions.Orders\"/>\nvar s = \"Orders.Storage\";")]
    [InlineData("functions/Program.cs", "using CustomerFunctions.Lifecycle;")]
    [InlineData("local/Host/A.cs", "using CustomerFunctions.Lifecycle;")]
    public void A_reference_downward_or_in_a_comment_is_none(string path, string text) =>
        Assert.Empty(AreaRules.OrderFaults(File(path, text)));

    [Theory]
    [InlineData("using Azure;")]
    [InlineData("using Azure.Data.Tables;")]
    [InlineData("using Microsoft.AspNetCore.Http;")]
    [InlineData("using Microsoft.Azure.Functions.Worker;")]
    [InlineData("public async Task RunAsync()")]
    [InlineData("using Microsoft.Extensions.Logging;")]
    [InlineData("public sealed class Decide(TimeProvider clock);")]
    [InlineData("public sealed class Ask(HttpClient http);")]
    public void Infrastructure_in_a_domain_is_a_fault(string text)
    {
        Assert.Single(AreaRules.DomainFaults(File("functions/Loyalty/Domain/A.cs", text)), f => f.Contains("A.cs:1"));
        Assert.Empty(AreaRules.DomainFaults(File("functions/Loyalty/A.cs", text)));
    }

    [Fact]
    public void Another_area_in_a_domain_is_a_fault()
    {
        const string text = "using CustomerFunctions.Profiles;\nusing CustomerFunctions.Shared;\nusing NodaTime;";
        Assert.Single(AreaRules.DomainAreaFaults(File("functions/Orders/Domain/A.cs", text)));
        Assert.Empty(AreaRules.DomainAreaFaults(File("functions/Orders/A.cs", text)));
        Assert.Single(AreaRules.DomainAreaFaults(
            File("functions/Orders/Domain/A.cs", "using CustomerFunctions.Events;\n// Not Events.Domain.")));
        Assert.Empty(AreaRules.DomainAreaFaults(
            File("functions/Orders/Domain/A.cs", "using CustomerFunctions.Events.Domain;")));
    }

    [Theory]
    [InlineData("row.PartitionKey = \"x\";")]
    [InlineData("var key = row.RowKey;")]
    [InlineData("catch (RequestFailedException e)")]
    [InlineData("void Save(ETag etag)")]
    [InlineData("var any = ETag.All;")]
    [InlineData("var one = new ETag(text);")]
    [InlineData("ETag? seen = null;")]
    public void Words_of_storage_outside_its_folder_are_a_fault(string text)
    {
        Assert.Single(AreaRules.StorageWordFaults(File("functions/Orders/CloseSession.cs", text)));
        Assert.Empty(AreaRules.StorageWordFaults(File("functions/Orders/Storage/SessionTable.cs", text)));
        Assert.Empty(AreaRules.StorageWordFaults(File("local/Host/A.cs", text)));
    }

    [Theory]
    [InlineData("http.Response.Headers.ETag = version;")]
    [InlineData("return Answer.Ok(x).WithETag(x.ETag);")]
    [InlineData("record Row(string ETag, int Version);")]
    [InlineData("var key = RowKey.Of(field, value);")]
    [InlineData("headers[\"ETag\"] = version; // PartitionKey")]
    public void The_header_of_the_same_name_is_none(string text) =>
        Assert.Empty(AreaRules.StorageWordFaults(File("functions/Shared/Http/A.cs", text)));

    [Fact]
    public void A_file_over_its_length_is_a_fault()
    {
        Assert.Empty(SizeRules.FileFaults(File("a.cs", Repeat("x;\n", SizeRules.FileLinesMax))));
        Assert.Single(SizeRules.FileFaults(File("a.cs", Repeat("x;\n", SizeRules.FileLinesMax + 1))));
    }

    [Fact]
    public void A_line_over_its_length_is_a_fault()
    {
        Assert.Empty(SizeRules.LineFaults(File("a.cs", Repeat("x", SizeRules.LineLengthMax) + "\r\n")));
        Assert.Equal("a.cs:2: 121 characters, at most 120.",
            Assert.Single(SizeRules.LineFaults(File("a.cs", "\n" + Repeat("x", SizeRules.LineLengthMax + 1)))));
    }

    [Fact]
    public void A_line_of_a_test_may_be_longer_and_one_of_a_case_as_long_as_it_needs()
    {
        var line = Repeat("x", SizeRules.TestLineLengthMax);
        Assert.Empty(SizeRules.LineFaults(File("tests/A.cs", line)));
        Assert.Single(SizeRules.LineFaults(File("tests/A.cs", line + "x")));
        Assert.Empty(SizeRules.LineFaults(File("tests/A.cs", $"    [InlineData(\"{line}\")]")));
    }

    [Theory]
    [InlineData("public void Run(string a)\n    {\n")]
    [InlineData("[HttpTrigger(Route = \"x\")]\n    static T Run<T>(\n    T a)\n        where T : class\n    {\n")]
    public void A_method_over_its_length_is_a_fault(string head)
    {
        var headLines = head.Count(c => c == '\n');
        string Class(int lines) =>
            $"namespace A;\nclass B(int c)\n{{\n    {head}{Repeat("        if (a) { b(\"}\"); }\n", lines)}    }}\n}}";
        Assert.Empty(SizeRules.MethodFaults(File("a.cs", Class(SizeRules.MethodLinesMax - headLines - 1))));
        Assert.Contains("a.cs:4: a method of 71 lines", Assert.Single(
            SizeRules.MethodFaults(File("a.cs", Class(SizeRules.MethodLinesMax - headLines)))));
    }

    [Theory]
    [InlineData("// TO", "DO: later")]
    [InlineData("/* FIX", "ME */")]
    [InlineData("throw new NotImplemented", "Exception();")]
    public void Unfinished_work_is_a_fault(string begin, string end) =>
        Assert.Single(WordRules.UnfinishedFaults(File("a.cs", begin + end)));

    [Theory]
    [InlineData("public sealed class PointsManager;", 1)]
    [InlineData("static class StringUtils { }", 1)]
    [InlineData("abstract record ImportBase(int A);", 1)]
    [InlineData("interface IPointsService;", 1)]
    [InlineData("struct UrlHelper;", 1)]
    [InlineData("public sealed class PointsLedger; // no Manager", 0)]
    [InlineData("public sealed class Database;", 0)]
    public void A_name_that_tells_nothing_is_a_fault(string text, int faults) =>
        Assert.Equal(faults, WordRules.NameFaults(File("a.cs", text)).Count());

    [Fact]
    public void Conditional_compilation_is_a_fault()
    {
        Assert.Single(WordRules.DirectiveFaults(File("functions/A.cs", "x;\n  #if LOCAL\ny;\n  #endif")));
        Assert.Empty(WordRules.DirectiveFaults(File("functions/A.cs", "#nullable enable\n#region a")));
    }

    [Theory]
    [InlineData("[Fact(Skip = \"later\")]")]
    [InlineData("[Theory(DisplayName = \"a\", SkipWhen = nameof(X))]")]
    [InlineData("Assert.Skip(\"no\");")]
    public void A_skipped_test_is_a_fault(string text) => Assert.Single(WordRules.SkipFaults(File("a.cs", text)));

    [Fact]
    public void Skipping_items_of_a_list_is_none() =>
        Assert.Empty(WordRules.SkipFaults(File("a.cs", "[Fact]\npublic void A() => b.Skip(1);")));

    [Theory]
    [InlineData("functions/Shared/A.cs", "/// <summary>A.</summary>\n[Sealed]\npublic sealed class A\n{\n", 0)]
    [InlineData("functions/Shared/A.cs", "public sealed class A\n{\n", 1)]
    [InlineData("functions/Shared/A.cs", "/// <summary>A.</summary>\npublic int A;\n\npublic int B;", 1)]
    [InlineData("functions/Loyalty/PointsLedger.cs", "// not a doc comment\n[Sealed]\npublic int B;", 1)]
    [InlineData("functions/Loyalty/Other.cs", "public int B;", 0)]
    [InlineData("functions/Shared/A.cs", "sealed class A\n{\n    public int B;\n    int C()\n    {\n", 0)]
    [InlineData("functions/Shared/A.cs", "public override string ToString() => \"\";", 0)]
    public void A_door_without_doc_comment_is_a_fault(string path, string text, int faults) =>
        Assert.Equal(faults, DocRules.Faults(File(path, text)).Count());

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
