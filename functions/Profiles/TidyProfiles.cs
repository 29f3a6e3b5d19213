using CustomerFunctions.Profiles.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Clears away index rows and claims that profiles no longer hold, and finishes erasures that broke
/// off.</summary>
public sealed class TidyProfiles(ProfileTidier tidier, TimeProvider clock)
{
    [Function(nameof(TidyProfiles))]
    public Task Run([TimerTrigger("%TidyProfilesSchedule%")] TimerInfo timer, CancellationToken cancel) =>
        tidier.TidyAsync(clock.GetUtcNow(), cancel);
}
