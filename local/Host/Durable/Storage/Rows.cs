using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CustomerFunctions.Local.Host.Durable.Replay;
using Microsoft.DurableTask.Client;

namespace CustomerFunctions.Local.Host.Durable.Storage;

/// <summary>Where one orchestration stands. Writing it under its ETag is what commits an episode.</summary>
internal sealed record InstanceHead
{
    public required Identity Identity { get; init; }

    public required OrchestrationRuntimeStatus Status { get; init; }

    /// <summary>Number of committed episodes of this execution; later pages of history do not count.</summary>
    public int Episode { get; init; }

    public Payload? Input { get; init; }

    /// <summary>JSON of the result; plain text of a failure or of a suspension's reason.</summary>
    public Payload? Output { get; init; }

    public string? CustomStatus { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>A delayed start; nothing runs before.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>The execution and task of the calling orchestration that waits for this one.</summary>
    public (string Execution, int Task)? Caller { get; init; }

    /// <summary>What the calling orchestration is told of a failure.</summary>
    public Failure? Failure { get; init; }

    public ETag ETag { get; init; }

    public bool IsFinished => Status
        is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;

    public TableEntity ToEntity()
    {
        var row = new TableEntity(Keys.Partition(Identity.InstanceId), Keys.Head)
        {
            ["InstanceId"] = Identity.InstanceId,
            ["Name"] = Identity.Name,
            ["Execution"] = Identity.Execution,
            ["ParentId"] = Identity.ParentId,
            ["ParentName"] = Identity.ParentName,
            ["CallerExecution"] = Caller?.Execution,
            ["CallerTask"] = Caller?.Task,
            ["Status"] = Status.ToString(),
            ["Episode"] = Episode,
            ["CreatedAt"] = CreatedAt,
            ["UpdatedAt"] = UpdatedAt,
            ["StartAt"] = StartAt,
        };
        row.PutText("Input", Row.Write(Input));
        row.PutText("Output", Row.Write(Output));
        row.PutText("CustomStatus", CustomStatus);
        row.PutText("Failure", Failure is null ? null : JsonSerializer.Serialize(Failure));
        return row;
    }

    public static InstanceHead Of(TableEntity row) => new()
    {
        Identity = new(
            row.GetString("InstanceId"), row.GetString("Name"), row.GetString("Execution"),
            row.GetString("ParentId"), row.GetString("ParentName")),
        Caller = row.GetString("CallerExecution") is { } execution
            ? (execution, row.GetInt32("CallerTask").GetValueOrDefault())
            : null,
        Status = Enum.Parse<OrchestrationRuntimeStatus>(row.GetString("Status")),
        Episode = row.GetInt32("Episode").GetValueOrDefault(),
        CreatedAt = row.GetDateTimeOffset("CreatedAt").GetValueOrDefault(),
        UpdatedAt = row.GetDateTimeOffset("UpdatedAt").GetValueOrDefault(),
        StartAt = row.GetDateTimeOffset("StartAt"),
        Input = Row.Read(row.GetText("Input")),
        Output = Row.Read(row.GetText("Output")),
        CustomStatus = row.GetText("CustomStatus"),
        Failure = row.GetText("Failure") is { } failure ? JsonSerializer.Deserialize<Failure>(failure) : null,
        ETag = row.ETag,
    };
}

/// <summary>A message to one orchestration, stored before it counts.</summary>
/// <param name="RowKey">Its key; a repeated result has the same one and is dropped.</param>
/// <param name="Ticks">Order of arrival.</param>
/// <param name="Event">What it becomes in history.</param>
internal sealed record InboxMessage(string RowKey, long Ticks, HistoryEvent Event)
{
    public TableEntity ToEntity(string partition)
    {
        var row = new TableEntity(partition, RowKey) { ["Ticks"] = Ticks };
        row.PutText("Event", HistoryEvent.Write([Event]));
        return row;
    }

    public static InboxMessage Of(TableEntity row) =>
        new(row.RowKey, row.GetInt64("Ticks").GetValueOrDefault(), HistoryEvent.Read(row.GetText("Event")!)[0]);
}

/// <summary>An activity that is to run, or a message that is to go out.</summary>
internal sealed record PendingAction(OrchestratorAction Action, DateTimeOffset? LeaseUntil, ETag ETag)
{
    public static TableEntity Entity(string partition, string rowKey, OrchestratorAction action)
    {
        var row = new TableEntity(partition, rowKey);
        row.PutText("Event", HistoryEvent.Write([action]));
        return row;
    }

    public static PendingAction Of(TableEntity row) => new(
        (OrchestratorAction)HistoryEvent.Read(row.GetText("Event")!)[0],
        row.GetDateTimeOffset("LeaseUntil"),
        row.ETag);
}

/// <summary>Texts longer than a table property holds, cut into several properties.</summary>
internal static class Row
{
    /// <summary>Characters of one property; its limit is 32 Ki.</summary>
    public const int PartMax = 30_000;

    public static void PutText(this TableEntity row, string name, string? text)
    {
        for (var (part, at) = (0, 0); text is not null && (at < text.Length || part == 0); part++, at += PartMax)
            row[PartName(name, part)] = text.Substring(at, Math.Min(PartMax, text.Length - at));
    }

    public static string? GetText(this TableEntity row, string name)
    {
        if (row.GetString(name) is not { } first) return null;
        if (!row.ContainsKey(PartName(name, 1))) return first;
        var text = new StringBuilder(first);
        for (var part = 1; row.GetString(PartName(name, part)) is { } next; part++) text.Append(next);
        return text.ToString();
    }

    public static string? Write(Payload? payload) => payload switch
    {
        null => null,
        { Blob: { } blob } => $"b{blob}",
        _ => $"t{payload.Text}",
    };

    public static Payload? Read(string? text) => text switch
    {
        null => null,
        ['b', .. var blob] => new Payload(null, blob),
        _ => new Payload(text[1..]),
    };

    private static string PartName(string name, int part) =>
        part == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}{part}");
}
