using CustomerFunctions.Profiles.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CustomerFunctions.Profiles;

/// <summary>Clears away index rows and claims that profiles no longer hold, and finishes erasures that broke
/// off; forgets bulk orders that are old.</summary>
public sealed class TidyProfiles(ProfileTidier tidier, TagOrdersTable orders, TimeProvider clock)
{
    [Function(nameof(TidyProfiles))]
    public async Task Run([TimerTrigger("%TidyProfilesSchedule%")] TimerInfo timer, CancellationToken cancel)
    {
        await tidier.TidyAsync(clock.GetUtcNow(), cancel);
        await orders.SweepAsync(cancel);
    }
}
