using Azure.Data.Tables;
using CustomerFunctions.Imports.Domain;
using CustomerFunctions.Shared;
using CustomerFunctions.Shared.Http;
using CustomerFunctions.Shared.Ids;
using CustomerFunctions.Shared.Storage;

namespace CustomerFunctions.Imports.Storage;

/// <summary>
/// Whose turn it is: one import of a kind runs in an environment, the others wait in the order of their start.
/// Table: <c>Imports</c>. PK: <c>{env}</c>. RK: <c>lane|{kind}</c>. Example: <c>live</c>, <c>lane|customers</c>,
/// Running <c>9f86…</c>, Waiting <c>["1b2c…"]</c>.
/// Query: the one row.
/// </summary>
public sealed class ImportTurns(StorageAccount storage)
{
    /// <summary>Most imports that wait; keeps the row small.</summary>
    public const int WaitingMax = 500;

    private readonly TableClient _table = storage.Table(ImportsTable.TableName);

    /// <summary>Asks for the turn; true when it is this import's. One that has it keeps it until
    /// <see cref="PassAsync"/>. <paramref name="hasEnded"/> tells of a holder that was stopped without passing it on.
    /// </summary>
    public async Task<bool> TakeAsync(
        AppEnvironment env, string kind, string importId, Func<string, Task<bool>> hasEnded, CancellationToken cancel)
    {
        var result = await Contention.RetryAsync<bool>(async c =>
        {
            var lane = await ReadAsync(env, kind, c);
            if (lane.Running == importId) return true;
            if (lane.Running is { } holder && await hasEnded(holder)) lane.Running = null;
            var waiting = lane.Waiting.Contains(importId) ? lane.Waiting : [.. lane.Waiting, importId];
            while (lane.Running is null && waiting[0] != importId && await hasEnded(waiting[0])) waiting = waiting[1..];
            var mine = lane.Running is null && waiting[0] == importId;
            lane.Waiting = mine ? waiting[1..] : waiting;
            if (mine) lane.Running = importId;
            return await WriteAsync(lane, c) ? mine : (Result<bool>?)null;
        }, cancel);
        return result.IsOk ? result.Value : throw new InvalidOperationException("The turn could not be asked for.");
    }

    /// <summary>Gives the turn up; answers who is next, or null. Whoever has no turn gives nothing up, and is told who
    /// has it, so that a repeat wakes the same one.</summary>
    public async Task<string?> PassAsync(AppEnvironment env, string kind, string importId, CancellationToken cancel)
    {
        var result = await Contention.RetryAsync<string>(async c =>
        {
            var lane = await ReadAsync(env, kind, c);
            lane.Waiting = [.. lane.Waiting.Where(w => w != importId)];
            if (lane.Running == importId) lane.Running = null;
            var next = lane.Running ?? lane.Waiting.FirstOrDefault() ?? "";
            return await WriteAsync(lane, c) ? next : (Result<string>?)null;
        }, cancel);
        if (!result.IsOk) throw new InvalidOperationException("The turn could not be passed on.");
        return result.Value.Length > 0 ? result.Value : null;
    }

    /// <summary>What an import waits for; null when nothing keeps it back.</summary>
    public async Task<ImportQueue?> QueueAsync(ImportRecord import, CancellationToken cancel)
    {
        var lane = await ReadAsync(import.Environment, import.Kind, cancel);
        var place = Array.IndexOf(lane.Waiting, import.ImportId);
        var ahead = place < 0 ? lane.Waiting.Length : place;
        return (lane.Running is null || lane.Running == import.ImportId) && ahead == 0
            ? null
            : new ImportQueue(lane.Running, ahead);
    }

    /// <summary>True when no more imports may wait.</summary>
    public async Task<bool> IsFullAsync(AppEnvironment env, string kind, CancellationToken cancel) =>
        (await ReadAsync(env, kind, cancel)).Waiting.Length >= WaitingMax;

    private async Task<Lane> ReadAsync(AppEnvironment env, string kind, CancellationToken cancel)
    {
        var row = await _table.FindAsync(env.Name(), "lane|" + kind, cancel);
        return new Lane(row, row ?? new TableEntity(env.Name(), "lane|" + kind));
    }

    private Task<bool> WriteAsync(Lane lane, CancellationToken cancel) => lane.Stored is { } stored
        ? _table.TryReplaceAsync(lane.Row, stored.ETag, cancel)
        : _table.TryInsertAsync(lane.Row, cancel);

    private sealed record Lane(TableEntity? Stored, TableEntity Row)
    {
        public string? Running
        {
            get => Row.GetString("Running") is { Length: > 0 } id ? id : null;
            set => Row["Running"] = value ?? "";
        }

        public string[] Waiting
        {
            get => Row.GetString("Waiting") is { } json ? Json.Read<string[]>(json) : [];
            set => Row["Waiting"] = Json.Write(value);
        }
    }
}
