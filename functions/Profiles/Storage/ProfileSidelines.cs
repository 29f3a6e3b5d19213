using CustomerFunctions.Profiles.Domain;
using CustomerFunctions.Shared.Ids;

namespace CustomerFunctions.Profiles.Storage;

/// <summary>The rows that a write makes beside the profile's own: index rows, and the note that lets the timer clear
/// them away when the write breaks off.</summary>
public sealed class ProfileSidelines(ProfileSearchTable index, ProfileTrail trail)
{
    /// <summary>Notes everything that the plan touches; null when it touches nothing.</summary>
    public async Task<TrailMark?> AnnounceAsync(
        AppEnvironment environment, ProfileKey key, ProfilePlan plan, CancellationToken cancel) => plan.IsEmpty
            ? null
            : await trail.AnnounceAsync(
                environment,
                new Leftover(key, [.. plan.Claims, .. plan.Released, .. plan.Entries, .. plan.Dropped]), cancel);

    /// <summary>Notes that a customer is being erased. The customer's own row lists what is to go, so that nothing
    /// personal
    /// lies in the note.</summary>
    public Task<TrailMark> AnnounceErasureAsync(
        AppEnvironment environment, ProfileKey key, CancellationToken cancel) =>
        trail.AnnounceAsync(environment, new Leftover(key, []), cancel);

    /// <summary>Writes the plan's new index entries.</summary>
    public Task PutAsync(AppEnvironment environment, ProfileKey key, ProfilePlan plan, CancellationToken cancel) =>
        index.PutAsync(environment, key, plan.Entries, cancel);

    /// <summary>Removes index entries of a customer that is being erased.</summary>
    public Task RemoveAsync(AppEnvironment environment, ProfileRow row, CancellationToken cancel) =>
        index.RemoveAsync(environment, row.Key, row.Entries, cancel);

    /// <summary>Takes the note back: nothing is left over.</summary>
    public Task CloseAsync(TrailMark? mark, CancellationToken cancel) =>
        mark is null ? Task.CompletedTask : trail.CloseAsync(mark, cancel);
}
