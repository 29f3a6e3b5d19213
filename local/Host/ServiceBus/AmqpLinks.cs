using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;
using Microsoft.Extensions.Logging;

namespace CustomerFunctions.Local.Host.ServiceBus;

/// <summary>Decides what a client's link is: a sender, a receiver, or one half of a request channel.</summary>
internal sealed class AmqpLinks(Broker broker, ILogger logger) : ILinkProcessor
{
    // The Standard tier's limit of one message and of one batch.
    private const ulong MessageBytesMax = 256 * 1024;
    private const int SendCredit = 1000;
    private const string TokenPath = "$cbs";

    private static readonly Symbol SessionFilter = new("com.microsoft:session-filter");

    private readonly ReplyLinks _replies = new();

    public void Process(AttachContext attachContext)
    {
        var attach = attachContext.Attach;
        _ = broker.BeginAsync();
        // The role is the client's: true means that it receives.
        if (attach.Role) Receiver(attachContext, attach);
        else Sender(attachContext, BusPaths.Normalise((attach.Target as Target)?.Address ?? ""));
    }

    private static Error NotFound(string path) => new(new Symbol("amqp:not-found"))
    {
        // The JavaScript client tells this from a network fault by these words.
        Description = $"The messaging entity '{path}' could not be found in the local host's options.",
    };

    private void Receiver(AttachContext context, Attach attach)
    {
        var source = attach.Source as Source;
        var path = BusPaths.Normalise(source?.Address ?? "");
        if (path == TokenPath || path.EndsWith(BusPaths.ManagementSuffix, StringComparison.Ordinal))
        {
            attach.SndSettleMode = SenderSettleMode.Settled;
            context.Complete(_replies.Add(context.Link, (attach.Target as Target)?.Address), 0);
        }
        else if (source?.FilterSet?.ContainsKey(SessionFilter) == true)
        {
            context.Complete(new Error(new Symbol("amqp:not-implemented"))
            {
                Description = "Sessions are not served.",
            });
        }
        else if (broker.TryFindSource(path, out var entity))
        {
            attach.MaxMessageSize = MessageBytesMax;
            context.Complete(new DeliveringLink(context.Link, entity, logger), 0);
        }
        else
        {
            context.Complete(NotFound(path));
        }
    }

    private void Sender(AttachContext context, string path)
    {
        if (path == TokenPath)
        {
            context.Complete(new RequestLink(_replies, TokenAnswer, logger), SendCredit);
        }
        else if (path.EndsWith(BusPaths.ManagementSuffix, StringComparison.Ordinal)
            && Management.For(broker, path[..^BusPaths.ManagementSuffix.Length]) is { } management)
        {
            context.Complete(new RequestLink(_replies, management.AnswerAsync, logger), SendCredit);
        }
        else if (broker.TryFindTargets(path, out var targets))
        {
            context.Attach.MaxMessageSize = MessageBytesMax;
            context.Complete(new ReceivingLink(broker, targets, (int)MessageBytesMax, logger), SendCredit);
        }
        else
        {
            context.Complete(NotFound(path));
        }
    }

    // Any token is good: this is a development host.
    private static Task<Answer> TokenAnswer(Message request) => Task.FromResult(new Answer(202, null));
}
