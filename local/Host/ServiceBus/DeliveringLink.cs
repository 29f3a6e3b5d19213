using System.Collections.Immutable;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Delivers an entity's messages to a client and takes its settlements.</summary>
internal sealed partial class DeliveringLink : LinkEndpoint
{
    private readonly ListenerLink _link;
    private readonly BusEntity _entity;
    private readonly ILogger _logger;
    private readonly BusConsumer _consumer;

    public DeliveringLink(ListenerLink link, BusEntity entity, ILogger logger)
    {
        _link = link;
        _entity = entity;
        _logger = logger;
        _consumer = new BusConsumer(Deliver, Drained);
        entity.Attach(_consumer);
    }

    public override void OnFlow(FlowContext flowContext) =>
        _entity.Grant(_consumer, flowContext.Messages, flowContext.Link.IsDraining);

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        // AMQPNetLite reports what is still out when a link closes as released; as in the real service, its locks stay.
        if (_link.IsClosed || dispositionContext.Message is not OutgoingMessage message) return;
        _ = SettleAsync(dispositionContext, message.LockToken);
    }

    public override void OnLinkClosed(ListenerLink link, Error error) => _entity.Detach(_consumer);

    private static ImmutableDictionary<string, object?> DeadLetterChanges(Error? error)
    {
        var changes = BusPayload.ReadChanges(error?.Info);
        if (!changes.ContainsKey(DeadLetterReasons.Reason) && error?.Description is { } description)
            changes = changes.SetItem(DeadLetterReasons.Description, description);
        return changes;
    }

    private bool Deliver(LockedMessage locked)
    {
        if (_link.IsClosed) return false;
        var message = BusPayload.ForReceiver<OutgoingMessage>(locked.Message, _entity.Path, locked.Until);
        message.LockToken = locked.Token;
        var forgets = _link.SettleOnSend;
        _link.SendMessage(message);
        // A client that receives and deletes has no second word.
        if (forgets) _ = _entity.CompleteAsync(locked.Token);
        return true;
    }

    private void Drained()
    {
        if (_link.IsClosed) return;
        _link.CompleteDrain();
        // CompleteDrain says drain=false, which clients do not take for an answer.
        _link.SetCredit(0, drain: true, autoRestore: false);
    }

    private async Task SettleAsync(DispositionContext context, Guid token)
    {
        try
        {
            var settled = context.DeliveryState switch
            {
                Accepted => await _entity.CompleteAsync(token),
                Rejected rejected => await _entity.DeadLetterAsync(token, DeadLetterChanges(rejected.Error)),
                Modified { UndeliverableHere: true } deferred =>
                    await _entity.DeferAsync(token, BusPayload.ReadChanges(deferred.MessageAnnotations)),
                Modified modified =>
                    await _entity.AbandonAsync(token, BusPayload.ReadChanges(modified.MessageAnnotations)),
                Released => Release(token),
                _ => true,
            };
            if (_link.IsClosed) return;
            if (settled) context.Complete();
            else context.Complete(LockLost());
        }
        catch (Exception fault)
        {
            Log.NotSettled(_logger, fault, _entity.Path);
        }
    }

    private bool Release(Guid token)
    {
        _entity.Release(token);
        return true;
    }

    internal static Error LockLost() => new(new Symbol("com.microsoft:message-lock-lost"))
    {
        Description = "The lock supplied is invalid. Either the lock expired, or the message was settled already.",
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A settlement of a message of {Path} failed; its lock will lapse")]
        public static partial void NotSettled(ILogger logger, Exception fault, string path);
    }
}
