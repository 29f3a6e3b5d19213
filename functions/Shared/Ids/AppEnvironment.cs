namespace CustomerFunctions.Shared.Ids;

/// <summary>Which of the two separate worlds an application and all its data belong to.</summary>
public enum AppEnvironment
{
    /// <summary>For trying things out.</summary>
    Sandbox,

    /// <summary>For real customers.</summary>
    Live,
}

/// <summary>How an environment is written in keys and answers.</summary>
public static class AppEnvironments
{
    /// <summary><c>sandbox</c> or <c>live</c>.</summary>
    public static string Name(this AppEnvironment environment) =>
        environment == AppEnvironment.Live ? "live" : "sandbox";

    /// <summary>Reads what <see cref="Name"/> wrote.</summary>
    public static AppEnvironment Parse(string name) =>
        name == "live" ? AppEnvironment.Live : AppEnvironment.Sandbox;
}
