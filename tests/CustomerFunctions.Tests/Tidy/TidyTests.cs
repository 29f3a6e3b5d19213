using System.Reflection;
using CustomerFunctions.Access;

namespace CustomerFunctions.Tests.Tidy;

/// <summary>Holds the repository to its own rules. Each rule is seen failing in the tests beside this one.</summary>
public sealed class TidyTests
{
    private static readonly IReadOnlyList<SourceFile> App = Repository.Sources("functions");
    private static readonly IReadOnlyList<SourceFile> All = Repository.Sources("functions", "local", "tests", "bench");
    private static readonly Assembly Assembly = typeof(AccessArea).Assembly;

    [Fact]
    public void There_is_something_to_look_at()
    {
        Assert.True(App.Count > 30, $"Only {App.Count} files of the app were found under {Repository.Root}.");
        Assert.NotEmpty(FunctionRules.FunctionsIn(Assembly.GetTypes()));
    }

    [Fact]
    public void Areas_know_lower_areas_only() => AssertTidy(App, AreaRules.OrderFaults);

    [Fact]
    public void Areas_go_through_the_doors_of_others() => AssertNone(AreaRules.DoorFaults(App));

    [Fact]
    public void Areas_leave_the_storage_of_others_alone() => AssertNone(AreaRules.StorageFaults(App));

    [Fact]
    public void Domains_are_free_of_infrastructure() => AssertTidy(App, AreaRules.DomainFaults);

    [Fact]
    public void Domains_are_free_of_other_areas() => AssertTidy(App, AreaRules.DomainAreaFaults);

    [Fact]
    public void Only_storage_folders_know_how_rows_are_stored() => AssertTidy(App, AreaRules.StorageWordFaults);

    [Fact]
    public void Files_are_short() => AssertTidy(All, SizeRules.FileFaults);

    [Fact]
    public void Methods_are_short() => AssertTidy(All, SizeRules.MethodFaults);

    [Fact]
    public void Lines_are_short() => AssertTidy(All, SizeRules.LineFaults);

    [Fact]
    public void Nothing_is_left_unfinished() => AssertTidy(All, WordRules.UnfinishedFaults);

    [Fact]
    public void Names_tell_what_a_type_is_for() => AssertTidy(All, WordRules.NameFaults);

    [Fact]
    public void The_app_is_one_source_for_both_runtimes() => AssertTidy(App, WordRules.DirectiveFaults);

    [Fact]
    public void No_test_is_skipped() => AssertTidy(Repository.Sources("tests"), WordRules.SkipFaults);

    [Fact]
    public void The_kernel_and_the_doors_are_documented() => AssertTidy(App, DocRules.Faults);

    [Fact]
    public void Every_door_is_there() => AssertNone(AreaRules.MissingDoorFaults(App));

    [Fact]
    public void Every_area_has_a_readme() => AssertNone(DocRules.ReadmeFaults(Repository.Files("functions")));

    [Fact]
    public void The_program_puts_areas_together_from_low_to_high() => AssertNone(
        ProgramRules.OrderFaults(new SourceFile("functions/Program.cs", Repository.Read("functions/Program.cs"))));

    [Fact]
    public void Every_area_is_added_by_the_program() => AssertNone(ProgramRules.MissingAreaFaults(App));

    [Fact]
    public void Middleware_is_the_kernels_and_accesss_only() => AssertTidy(App, ProgramRules.MiddlewareFaults);

    [Fact]
    public void Functions_have_the_shape_that_the_worker_needs() =>
        AssertNone(FunctionRules.ShapeFaults(Assembly.GetTypes()));

    [Fact]
    public void No_two_routes_can_match_one_path() =>
        AssertNone(RouteTemplate.Faults(FunctionRules.Routes(Assembly.GetTypes())));

    [Fact]
    public void Every_setting_in_an_attribute_is_in_the_sample_settings() => AssertNone(
        FunctionRules.SettingFaults(Repository.Read("local.settings.sample.json"), Assembly.GetTypes()));

    [Fact]
    public void The_functions_are_the_listed_ones()
    {
        var actual = FunctionRules.Lines(Assembly.GetTypes()).ToList();
        var path = Path.Combine(Repository.Root, FunctionList.Path);
        if (Environment.GetEnvironmentVariable(FunctionList.UpdateVariable) == "true")
            File.WriteAllText(path, string.Join('\n', actual) + "\n");
        var differences = FunctionList.Differences(File.ReadAllText(path), actual).ToList();
        Assert.True(differences.Count == 0, $"""
            {FunctionList.Path} differs from the code (+ the code has it, - the list has it):
            {string.Join('\n', differences)}
            When that is meant: {FunctionList.UpdateVariable}=true dotnet test, and commit the list.
            """);
    }

    private static void AssertTidy(IEnumerable<SourceFile> files, Func<SourceFile, IEnumerable<string>> rule) =>
        AssertNone(files.SelectMany(rule));

    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, $"{all.Count} to mend:\n{string.Join('\n', all)}");
    }
}
