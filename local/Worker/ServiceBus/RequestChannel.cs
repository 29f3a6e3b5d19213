using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace CustomerFunctions.Local.Worker;

/// <summary>Requests to a node and their answers, matched by message id.</summary>
public sealed class RequestChannel
{
    private const int Credit = 50;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _waiting = new();
    private readonly SenderLink _requests;
    private readonly string _replyTo;

    internal RequestChannel(SenderLink requests, ReceiverLink answers, string replyTo)
    {
        _requests = requests;
        _replyTo = replyTo;
        answers.AddClosedCallback((_, error) => Fail(error));
        answers.Start(Credit, Take);
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="AmqpException">The node refused.</exception>
    public async Task<Message> AskAsync(Message request, CancellationToken cancel)
    {
        var id = Guid.NewGuid().ToString("N");
        var answer = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            request.Properties = new Properties { MessageId = id, ReplyTo = _replyTo };
            _requests.Send(request, null, null);
            var message = await answer.Task.WaitAsync(cancel);
            ThrowIfRefused(message);
            return message;
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    private static void ThrowIfRefused(Message answer)
    {
        var properties = answer.ApplicationProperties;
        var status = Convert.ToInt32(properties["statusCode"] ?? properties["status-code"], null);
        if (status is >= 200 and < 300) return;
        var condition = properties["errorCondition"] ?? properties["error-condition"];
        var text = properties["statusDescription"] ?? properties["status-description"];
        var fallback = status switch
        {
            401 or 403 => "amqp:unauthorized-access",
            404 => "amqp:not-found",
            410 => "com.microsoft:message-lock-lost",
            _ => "amqp:internal-error",
        };
        throw new AmqpException(new Error(new Symbol(condition?.ToString() ?? fallback)) { Description = $"{text}" });
    }

    private void Take(IReceiverLink link, Message message)
    {
        link.Accept(message);
        var id = $"{message.Properties?.GetCorrelationId()}";
        if (_waiting.TryRemove(id, out var answer)) answer.TrySetResult(message);
    }

    private void Fail(Error? error)
    {
        foreach (var waiting in _waiting.Values)
            waiting.TrySetException(new AmqpException(
                error ?? new Error(new Symbol("amqp:connection:forced")) { Description = "The connection ended." }));
    }
}
