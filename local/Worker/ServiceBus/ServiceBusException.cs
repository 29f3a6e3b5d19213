namespace Azure.Messaging.ServiceBus;

/// <summary>A fault of the service or of the way to it.</summary>
public class ServiceBusException : Exception
{
    public ServiceBusException()
    {
    }

    public ServiceBusException(
        bool isTransient,
        string message,
        string? entityPath = default,
        ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError,
        Exception? innerException = default)
        : base(message, innerException)
    {
        IsTransient = isTransient;
        EntityPath = entityPath;
        Reason = reason;
    }

    public ServiceBusException(
        string message,
        ServiceBusFailureReason reason,
        string? entityPath = default,
        Exception? innerException = default)
        : this(MayPass(reason), message, entityPath, reason, innerException)
    {
    }

    /// <summary>True when the same call may succeed later.</summary>
    public bool IsTransient { get; }

    public ServiceBusFailureReason Reason { get; }

    public string? EntityPath { get; }

    public override string Message => $"{base.Message} ({Reason})";

    private static bool MayPass(ServiceBusFailureReason reason) => reason is
        ServiceBusFailureReason.ServiceCommunicationProblem or
        ServiceBusFailureReason.ServiceTimeout or
        ServiceBusFailureReason.ServiceBusy;
}

/// <summary>What went wrong, coarsely.</summary>
public enum ServiceBusFailureReason
{
    GeneralError,
    MessagingEntityNotFound,
    MessageLockLost,
    MessageNotFound,
    MessageSizeExceeded,
    MessagingEntityDisabled,
    QuotaExceeded,
    ServiceBusy,
    ServiceTimeout,
    ServiceCommunicationProblem,
    SessionCannotBeLocked,
    SessionLockLost,
    MessagingEntityAlreadyExists,
}
