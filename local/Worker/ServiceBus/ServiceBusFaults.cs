using System.Net.Sockets;
using Amqp;
using Azure.Messaging.ServiceBus;

namespace CustomerFunctions.Local.Worker;

/// <summary>AMQP and network faults as the client library names them.</summary>
internal static class ServiceBusFaults
{
    /// <summary>The fault to throw. The caller's own cancellation is not for here.</summary>
    public static Exception From(Exception fault, string entityPath) => fault switch
    {
        ServiceBusException or ObjectDisposedException => fault,
        AmqpException amqp => From(amqp, entityPath),
        TimeoutException =>
            Fault(ServiceBusFailureReason.ServiceTimeout, "The service did not answer in time.", entityPath, fault),
        SocketException or IOException or OperationCanceledException =>
            Fault(ServiceBusFailureReason.ServiceCommunicationProblem, fault.Message, entityPath, fault),
        _ => new ServiceBusException(false, fault.Message, entityPath, ServiceBusFailureReason.GeneralError, fault),
    };

    private static Exception From(AmqpException fault, string entityPath)
    {
        var text = fault.Error?.Description ?? fault.Message;
        var condition = fault.Error?.Condition?.ToString() ?? "";
        return condition switch
        {
            "amqp:unauthorized-access" => new UnauthorizedAccessException(text, fault),
            "amqp:not-allowed" or "amqp:not-implemented" => new InvalidOperationException(text, fault),
            _ => Fault(Reason(condition), text, entityPath, fault),
        };
    }

    private static ServiceBusFailureReason Reason(string condition) => condition switch
    {
        "amqp:not-found" => ServiceBusFailureReason.MessagingEntityNotFound,
        "amqp:link:message-size-exceeded" => ServiceBusFailureReason.MessageSizeExceeded,
        "amqp:resource-limit-exceeded" => ServiceBusFailureReason.QuotaExceeded,
        "com.microsoft:entity-disabled" => ServiceBusFailureReason.MessagingEntityDisabled,
        "com.microsoft:message-lock-lost" => ServiceBusFailureReason.MessageLockLost,
        "com.microsoft:message-not-found" => ServiceBusFailureReason.MessageNotFound,
        "com.microsoft:server-busy" => ServiceBusFailureReason.ServiceBusy,
        "com.microsoft:timeout" => ServiceBusFailureReason.ServiceTimeout,
        // What is left are links, sessions and connections that ended.
        _ => ServiceBusFailureReason.ServiceCommunicationProblem,
    };

    private static ServiceBusException Fault(
        ServiceBusFailureReason reason, string text, string entityPath, Exception inner) =>
        new(text, reason, entityPath, inner);
}
