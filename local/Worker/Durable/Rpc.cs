namespace Grpc.Core;

/// <summary>The outcomes that the durable client reports by <see cref="RpcException"/>.</summary>
public enum StatusCode
{
    OK = 0,
    NotFound = 5,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
}

/// <summary>An outcome with its text.</summary>
public struct Status(StatusCode statusCode, string detail)
{
    public StatusCode StatusCode { get; } = statusCode;

    public string Detail { get; } = detail;
}

/// <summary>A refusal of the durable host.</summary>
public class RpcException(Status status)
    : Exception($"Status(StatusCode=\"{status.StatusCode}\", Detail=\"{status.Detail}\")")
{
    public Status Status { get; } = status;

    public StatusCode StatusCode => Status.StatusCode;
}
