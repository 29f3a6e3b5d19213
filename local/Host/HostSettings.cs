using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace CustomerFunctions.Local.Host;

/// <summary>What the host itself reads: host.json, and the app's settings for names in percent signs.</summary>
public sealed partial class HostSettings
{
    private readonly IConfiguration _app;

    /// <param name="app">The app's configuration.</param>
    /// <param name="folder">Where host.json lies.</param>
    public HostSettings(IConfiguration app, string folder)
    {
        _app = app;
        HostJson = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(folder, "host.json"), optional: true)
            // As in Azure: AzureFunctionsJobHost__extensions__http__routePrefix stands above the file.
            .AddInMemoryCollection(app.GetSection("AzureFunctionsJobHost").AsEnumerable(makePathsRelative: true))
            .Build();
    }

    /// <summary>host.json, with the settings that replace parts of it.</summary>
    public IConfiguration HostJson { get; }

    /// <summary>Puts settings in place of %Name%.</summary>
    /// <returns>False when a name has no setting; then <paramref name="resolved"/> is the text as it was.</returns>
    public bool TryResolve(string text, out string resolved)
    {
        var missing = false;
        resolved = Percent().Replace(text, match =>
        {
            var setting = _app[match.Groups[1].Value];
            missing |= setting is null;
            return setting ?? match.Value;
        });
        return !missing;
    }

    /// <summary>Whether the setting <c>AzureWebJobs.NAME.Disabled</c> says so.</summary>
    public bool IsDisabled(string function) =>
        _app[$"AzureWebJobs.{function}.Disabled"] is { } text
        && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Percent();
}
