using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerFunctions.Local.Host.Cli;

/// <summary>The settings file of this machine, as the real tools read it.</summary>
internal static class LocalSettings
{
    /// <summary>The setting that holds the key with which an empty installation is set up.</summary>
    public const string BootstrapKey = "Access__BootstrapAdminKey";

    private const int KeyBytes = 32;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        // The file is read by people: + and & stay as they are.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Values of local.settings.json; the file is made from the sample, and its bootstrap key, when missing.
    /// What the file lacks because it is older comes from the sample. A variable of the same name in the environment
    /// takes the place of a value.</summary>
    /// <param name="root">The repository's root.</param>
    /// <exception cref="LocalHostException">The file is not JSON of the expected shape.</exception>
    public static Dictionary<string, string?> Load(string root)
    {
        var path = Path.Combine(root, "local.settings.json");
        var sample = Path.Combine(root, "local.settings.sample.json");
        if (!File.Exists(path)) File.Copy(sample, path);
        var file = Read(path);
        var values = file["Values"] as JsonObject
            ?? throw new LocalHostException($"{path} has no object named Values.");
        if (string.IsNullOrEmpty(values[BootstrapKey]?.ToString()))
        {
            values[BootstrapKey] = NewKey();
            File.WriteAllText(path, file.ToJsonString(Indented) + "\n");
        }

        var known = File.Exists(sample) ? Read(sample)["Values"] as JsonObject : null;
        foreach (var (name, value) in known ?? [])
            if (!values.ContainsKey(name)) values[name] = value?.DeepClone();
        return values.ToDictionary(
            v => v.Key, v => Environment.GetEnvironmentVariable(v.Key) ?? v.Value?.ToString());
    }

    private static JsonObject Read(string path)
    {
        try
        {
            var lenient = new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
            };
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: lenient) as JsonObject
                ?? throw new LocalHostException($"{path} is not a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new LocalHostException($"{path} is not valid JSON: {fault.Message}", fault);
        }
    }

    private static string NewKey() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
