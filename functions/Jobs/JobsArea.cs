using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Jobs;

/// <summary>What goes on in the background, as one list. Which jobs there are, other areas tell.</summary>
public static class JobsArea
{
    /// <summary>Registers the area.</summary>
    public static FunctionsApplicationBuilder AddJobs(this FunctionsApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobList>();
        return builder;
    }
}
