using System.Collections.Immutable;
using System.Globalization;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using CustomerFunctions.Local.Worker;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>An entity's <c>$management</c> node: peek, locks, schedules, deferred messages.
/// Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response</summary>
internal sealed class Management(Broker broker, BusEntity? source, IReadOnlyList<BusEntity>? targets)
{
    private const int PeekMax = 256;

    private delegate Task<Answer> Operation(Map body);

    private Dictionary<string, Operation> Operations => new()
    {
        ["com.microsoft:peek-message"] = PeekAsync,
        ["com.microsoft:renew-lock"] = RenewAsync,
        ["com.microsoft:schedule-message"] = ScheduleAsync,
        ["com.microsoft:cancel-scheduled-message"] = CancelAsync,
        ["com.microsoft:receive-by-sequence-number"] = ReceiveDeferredAsync,
        ["com.microsoft:update-disposition"] = SettleAsync,
    };

    /// <summary>The node of a normalised path; null when there is no such entity.</summary>
    public static Management? For(Broker broker, string path)
    {
        var source = broker.TryFindSource(path, out var entity) ? entity : null;
        var targets = broker.TryFindTargets(path, out var found) ? found : null;
        return source is null && targets is null ? null : new(broker, source, targets);
    }

    /// <summary>Does what a request asks for, once everything stored is visible: a queue that is still being loaded is
    /// not an empty one.</summary>
    public async Task<Answer> AnswerAsync(Message request)
    {
        var name = request.ApplicationProperties?["operation"] as string ?? "";
        if (!Operations.TryGetValue(name, out var operation) || request.Body is not Map body)
            return Refused(501, "amqp:not-implemented", $"The local Service Bus does not serve '{name}'.");
        await broker.BeginAsync();
        return await operation(body);
    }

    private static Answer Refused(int status, string condition, string text) =>
        new(status, null, new Error(new Symbol(condition)) { Description = text });

    private static IEnumerable<T> Items<T>(object value) => ((System.Collections.IEnumerable)value).Cast<T>();

    private BusEntity Source => source ?? throw new InvalidOperationException("A topic holds no messages.");

    private Task<Answer> PeekAsync(Map body)
    {
        var count = Math.Min(Convert.ToInt32(body["message-count"], CultureInfo.InvariantCulture), PeekMax);
        var found = Source.Peek(Convert.ToInt64(body["from-sequence-number"], CultureInfo.InvariantCulture), count);
        if (found.Count == 0) return Task.FromResult(new Answer(204, null));
        var messages = found.Select(m => new Map { ["message"] = Encoded(m, null) });
        return Task.FromResult(new Answer(200, new Map { ["messages"] = messages.Cast<object>().ToList() }));
    }

    private Task<Answer> RenewAsync(Map body)
    {
        var ends = Items<Guid>(body["lock-tokens"]).Select(Source.Renew).ToList();
        return Task.FromResult(ends.Any(e => e is null)
            ? LockLost()
            : new Answer(200, new Map { ["expirations"] = ends.Select(e => e!.Value.UtcDateTime).ToArray() }));
    }

    private async Task<Answer> ScheduleAsync(Map body)
    {
        var messages = Items<Map>(body["messages"])
            .Select(entry => AmqpMessages.Decode((byte[])entry["message"]))
            .Select(m => (Scheduled: BusPayload.ScheduledAt(m), Payload: BusPayload.Encode(m)))
            .Select(m => (m.Payload, m.Scheduled)).ToList();
        var numbers = await broker.SendAsync(targets ?? [], messages);
        return new Answer(200, new Map { ["sequence-numbers"] = numbers.ToArray() });
    }

    private async Task<Answer> CancelAsync(Map body)
    {
        var numbers = Items<long>(body["sequence-numbers"]).ToList();
        var cancelled = await Task.WhenAll((targets ?? []).Select(t => t.CancelAsync(numbers)));
        return cancelled.All(c => c)
            ? new Answer(200, null)
            : Refused(404, "com.microsoft:message-not-found", "A message is not scheduled any more.");
    }

    private Task<Answer> ReceiveDeferredAsync(Map body)
    {
        var locked = Source.LockDeferred(Items<long>(body["sequence-numbers"]));
        if (locked.Count == 0)
            return Task.FromResult(Refused(404, "com.microsoft:message-not-found", "No such deferred message."));
        var messages = locked.Select(l => new Map
        {
            ["message"] = Encoded(l.Message, l.Until),
            ["lock-token"] = l.Token,
        });
        return Task.FromResult(new Answer(200, new Map { ["messages"] = messages.Cast<object>().ToList() }));
    }

    private async Task<Answer> SettleAsync(Map body)
    {
        var changes = BusPayload.ReadChanges(body["properties-to-modify"] as Map);
        var settled = await Task.WhenAll(
            Items<Guid>(body["lock-tokens"]).Select(token => SettleAsync(token, body, changes)));
        return settled.All(s => s) ? new Answer(200, null) : LockLost();
    }

    private Task<bool> SettleAsync(Guid token, Map body, ImmutableDictionary<string, object?> changes) =>
        body["disposition-status"] switch
        {
            "completed" => Source.CompleteAsync(token),
            "abandoned" => Source.AbandonAsync(token, changes),
            // So spelt by the protocol.
            "defered" => Source.DeferAsync(token, changes),
            "suspended" => Source.DeadLetterAsync(token, changes
                .SetItem(DeadLetterReasons.Reason, body["deadletter-reason"])
                .SetItem(DeadLetterReasons.Description, body["deadletter-description"])),
            var other => throw new InvalidOperationException($"Unknown disposition '{other}'."),
        };

    private byte[] Encoded(BusMessage message, DateTimeOffset? lockedUntil) =>
        AmqpMessages.Encode(BusPayload.ForReceiver<Message>(message, Source.Path, lockedUntil));

    private static Answer LockLost()
    {
        var error = DeliveringLink.LockLost();
        return new Answer(410, null, error);
    }
}
