using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;
namespace CustomerFunctions.Profiles;
public sealed class ProfileDirectory(StorageAccount storage) { public Task<ProfileKey?> ResolveAsync(AppEnvironment env, string id, CancellationToken cancel) { _ = storage; return Task.FromResult<ProfileKey?>(null); } }
