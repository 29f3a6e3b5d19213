namespace CustomerFunctions.Local.Host;

/// <summary>The folder that holds the solution file; the local services keep what they need beneath it.</summary>
public static class RepositoryRoot
{
    private const string Marker = "CustomerFunctions.sln";

    /// <summary>The nearest such folder above the binaries, else above the working folder.</summary>
    /// <exception cref="LocalHostException">There is none.</exception>
    public static string Find() =>
        Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory)
        ?? throw new LocalHostException($"No folder with {Marker} was found above {AppContext.BaseDirectory}.");

    private static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Marker))) return folder.FullName;
        return null;
    }
}
