using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Takes a client's messages in; each is accepted only when it is stored.</summary>
internal sealed partial class ReceivingLink(
    Broker broker, IReadOnlyList<BusEntity> targets, int bytesMax, ILogger logger) : LinkEndpoint
{
    public override void OnMessage(MessageContext messageContext)
    {
        try
        {
            var messages = BusPayload.Unbatch(messageContext.Message)
                .Select(m => (Scheduled: BusPayload.ScheduledAt(m), Payload: BusPayload.Encode(m)))
                .Select(m => (m.Payload, m.Scheduled)).ToList();
            if (messages.Sum(m => m.Payload.Length) > bytesMax)
                messageContext.Complete(new Error(new Symbol("amqp:link:message-size-exceeded")));
            else
                _ = StoreAsync(messageContext, messages);
        }
        catch (AmqpException fault)
        {
            messageContext.Complete(fault.Error);
        }
    }

    public override void OnFlow(FlowContext flowContext)
    {
        // A sending client's flow asks for nothing.
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        // A sending client settles nothing.
    }

    private async Task StoreAsync(MessageContext context, List<(byte[] Payload, DateTimeOffset? ScheduledAt)> messages)
    {
        try
        {
            await broker.SendAsync(targets, messages);
            context.Complete();
        }
        catch (Exception fault)
        {
            Log.NotStored(logger, fault);
            if (!context.Link.IsClosed)
                context.Complete(new Error(new Symbol("com.microsoft:server-busy")) { Description = "Not stored." });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A Service Bus message was not stored")]
        public static partial void NotStored(ILogger logger, Exception fault);
    }
}
