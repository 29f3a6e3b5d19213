using CustomerFunctions.Local.Host.Cli;

namespace CustomerFunctions.Local.Host.Tests.Cli;

public sealed class LocalSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("settings").FullName;

    private string File => Path.Combine(_folder, "local.settings.json");

    [Fact]
    public void A_missing_file_is_made_from_the_sample_with_a_key_of_its_own_that_stays()
    {
        System.IO.File.Copy(
            Path.Combine(RepositoryRoot.Find(), "local.settings.sample.json"),
            Path.Combine(_folder, "local.settings.sample.json"));
        var first = LocalSettings.Load(_folder);
        Assert.True(first[LocalSettings.BootstrapKey]!.Length >= 32);
        Assert.Equal("dotnet-isolated", first["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Equal(first, LocalSettings.Load(_folder));
    }

    [Fact]
    public void What_an_older_file_lacks_comes_from_the_sample()
    {
        System.IO.File.WriteAllText(File, """{ "Values": { "Old": "mine", "Access__BootstrapAdminKey": "k" } }""");
        System.IO.File.WriteAllText(
            Path.Combine(_folder, "local.settings.sample.json"), """{ "Values": { "Old": "sample", "New": "sample" } }""");
        var values = LocalSettings.Load(_folder);
        Assert.Equal(("mine", "sample"), (values["Old"], values["New"]));
    }

    [Fact]
    public void Values_that_a_person_wrote_stay_as_they_are()
    {
        System.IO.File.WriteAllText(File, """
            {
              // mine
              "Values": { "Mine": "a+b", "Access__BootstrapAdminKey": "k", },
            }
            """);
        var before = System.IO.File.ReadAllText(File);
        Assert.Equal("a+b", LocalSettings.Load(_folder)["Mine"]);
        Assert.Equal(before, System.IO.File.ReadAllText(File));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_file_that_is_not_settings_is_refused_by_name(string text)
    {
        System.IO.File.WriteAllText(File, text);
        var fault = Assert.Throws<LocalHostException>(() => LocalSettings.Load(_folder));
        Assert.Contains(File, fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
