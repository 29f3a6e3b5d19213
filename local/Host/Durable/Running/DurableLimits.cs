using Microsoft.Extensions.Configuration;

namespace CustomerFunctions.Local.Host.Durable.Running;

/// <summary>How much runs at once, from <c>extensions.durableTask</c> of host.json.</summary>
internal sealed record DurableLimits(int Activities, int Orchestrators)
{
    // As the real extension: ten for each core, unless host.json says otherwise.
    private static readonly int Unset = 10 * Environment.ProcessorCount;

    public static DurableLimits Of(IConfiguration hostJson)
    {
        var section = hostJson.GetSection("extensions:durableTask");
        return new(
            section.GetValue("maxConcurrentActivityFunctions", Unset),
            section.GetValue("maxConcurrentOrchestratorFunctions", Unset));
    }
}
