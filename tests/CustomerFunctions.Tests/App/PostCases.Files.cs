using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Imports.Storage;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Tests.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerFunctions.Tests.App;

/// <content>Imports and exports.</content>
public static partial class PostCases
{
    private static async Task<PostCase> StartImportAsync(PostWorld world)
    {
        var importId = await world.Shop.UploadAsync("name,email\nAnn,ann@example.com\n");
        return new PostCase(
            $"imports/{importId}/start", "{}", """{"onExisting":"skip"}""",
            async () => 1 - await HasAsync(world, $"imports/{importId}", "\"uploaded\""));
    }

    /// <summary>An import in the state from which the verb leads on; no orchestration is at work for it.</summary>
    private static async Task<PostCase> HeldImportAsync(PostWorld world, string verb, string told)
    {
        var importId = await world.Shop.UploadAsync("name,email\nAnn,ann@example.com\n");
        var state = verb switch
        {
            "cancel" => ImportState.Uploaded,
            "pause" => ImportState.Queued,
            "resume" => ImportState.Paused,
            _ => ImportState.Completed,
        };
        await world.App.Services.GetRequiredService<ImportsTable>().ChangeAsync(
            AppEnvironment.Live, importId, i => i with { State = state, Options = ImportOptions.Default }, default);
        return new PostCase(
            $"imports/{importId}/{verb}", null, "{}",
            async () => await HasAsync(world, $"imports/{importId}", told) == (verb == "resume" ? 0 : 1) ? 1 : 0);
    }

    private static async Task<PostCase> CancelExportAsync(PostWorld world)
    {
        // Nothing works for it, so that it cannot end by itself before.
        var export = await world.NewExportAsync();
        return new PostCase($"{export}/cancel", "{}", null, () => HasAsync(world, export, "\"cancelled\""));
    }
}
