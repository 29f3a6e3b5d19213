using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>What a request is answered with.</summary>
/// <param name="Status">As in HTTP.</param>
/// <param name="Body">A map, or null.</param>
/// <param name="Error">The error's symbol and text.</param>
internal sealed record Answer(int Status, Map? Body, Error? Error = null);

/// <summary>The links on which clients wait for answers, by connection and reply address.</summary>
internal sealed class ReplyLinks
{
    private readonly ConcurrentDictionary<(Connection, string), ListenerLink> _links = new();

    /// <summary>Keeps a link until it closes.
    /// The JavaScript client's token link has no address; its name stands in.</summary>
    public LinkEndpoint Add(ListenerLink link, string? address)
    {
        var key = (link.Session.Connection, string.IsNullOrEmpty(address) ? link.Name : address);
        _links[key] = link;
        return new Endpoint(() => _links.TryRemove(key, out _));
    }

    public ListenerLink? Find(Connection connection, string address) =>
        _links.GetValueOrDefault((connection, address));

    private sealed class Endpoint(Action closed) : LinkEndpoint
    {
        public override void OnFlow(FlowContext flowContext)
        {
            // Answers are few; clients grant more credit than they ask questions.
        }

        public override void OnDisposition(DispositionContext dispositionContext)
        {
            // Answers go out settled.
        }

        public override void OnLinkClosed(ListenerLink link, Error error) => closed();
    }
}

/// <summary>Takes requests and sends each answer to the link that its reply address names.</summary>
internal sealed partial class RequestLink(ReplyLinks replies, Func<Message, Task<Answer>> handle, ILogger logger)
    : LinkEndpoint
{
    public override void OnMessage(MessageContext messageContext)
    {
        var request = messageContext.Message;
        var connection = messageContext.Link.Session.Connection;
        // The context lets go of the message when it completes; what is needed of it stays referenced here.
        messageContext.Complete();
        _ = Task.Run(() => AnswerAsync(request, connection));
    }

    public override void OnFlow(FlowContext flowContext)
    {
        // A requesting client's flow asks for nothing.
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        // A requesting client settles nothing.
    }

    private static Message Reply(Message request, Answer answer)
    {
        var reply = new Message
        {
            Properties = new Properties(),
            ApplicationProperties = new ApplicationProperties(),
            BodySection = new AmqpValue { Value = answer.Body ?? [] },
        };
        reply.Properties.SetCorrelationId(request.Properties.GetMessageId());
        // Management clients read the first spelling, token clients the second.
        reply.ApplicationProperties["statusCode"] = answer.Status;
        reply.ApplicationProperties["status-code"] = answer.Status;
        reply.ApplicationProperties["statusDescription"] = answer.Error?.Description ?? "OK";
        reply.ApplicationProperties["status-description"] = answer.Error?.Description ?? "OK";
        if (answer.Error is null) return reply;
        reply.ApplicationProperties["errorCondition"] = answer.Error.Condition;
        reply.ApplicationProperties["error-condition"] = answer.Error.Condition;
        return reply;
    }

    private async Task AnswerAsync(Message request, Connection connection)
    {
        try
        {
            var answer = await TryHandleAsync(request);
            var link = replies.Find(connection, request.Properties?.ReplyTo ?? "");
            if (link is { IsClosed: false }) link.SendMessage(Reply(request, answer));
            else Log.NoReplyLink(logger);
        }
        catch (Exception fault)
        {
            // The client went away; it has no more use for the answer.
            Log.NotAnswered(logger, fault);
        }
    }

    private async Task<Answer> TryHandleAsync(Message request)
    {
        try
        {
            return await handle(request);
        }
        catch (Exception fault)
        {
            Log.Failed(logger, fault);
            var error = new Error(new Symbol("amqp:internal-error")) { Description = fault.Message };
            return new Answer(500, null, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A Service Bus request had no link for its answer")]
        public static partial void NoReplyLink(ILogger logger);

        [LoggerMessage(LogLevel.Debug, "A Service Bus request could not be answered")]
        public static partial void NotAnswered(ILogger logger, Exception fault);

        [LoggerMessage(LogLevel.Warning, "A Service Bus request failed")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
